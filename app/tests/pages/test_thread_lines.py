"""Each kind of event has its line in the thread: a kind without one would be missing in silence."""

from jinja2 import Environment

from app.domain.cases.events import EventKind
from app.domain.cases.thread.entries import MESSAGE_CHANGE_KINDS, MESSAGE_KINDS


def test_each_kind_of_event_is_a_message_or_has_its_sentence(templates: Environment) -> None:
    sentences = templates.get_template("cases/entry.html").module.happenings  # type: ignore[attr-defined]

    assert sentences.keys() == set(EventKind) - {*MESSAGE_KINDS, *MESSAGE_CHANGE_KINDS}
    assert all(sentences.values())
