"""One head for the messages of one person that follow each other, and no head that says too much."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.audience import Audience
from app.domain.cases.events import EventKind
from app.domain.cases.thread.entries import Entry
from app.domain.cases.thread.grouping import GROUPED_WITHIN, mark_continued

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIRST = Entry(
    event_id=1,
    kind=EventKind.MESSAGE,
    message_id=1,
    author_id=7,
    author="Carmen Vidal",
    team="France Services",
    acronym="",
    at=NOON,
    body="Bonjour",
    about="",
    other="",
    addressed=("CAF du Lot",),
    audience=Audience.ALL,
    reader_team=None,
    mentions=(),
    corrected=False,
    withdrawn=False,
    number=1,
)


def after(entry: Entry, minutes: float = 1, **changed: Any) -> Entry:
    later = entry.at + timedelta(minutes=minutes)
    return replace(entry, event_id=entry.event_id + 1, number=entry.number + 1, at=later, **changed)


def list_heads(*entries: Entry, first_unread: int | None = None) -> list[int]:
    return [entry.event_id for entry in mark_continued(list(entries), first_unread) if not entry.continued]


def test_messages_within_five_minutes_of_the_first_have_one_head() -> None:
    five = GROUPED_WITHIN.total_seconds() / 60
    second = after(FIRST, 2, body="Encore")
    third, fourth = after(second, five - 2), after(second, five - 1.9)

    assert list_heads(FIRST, second, third) == [1]
    assert list_heads(FIRST, second, replace(fourth, event_id=3), replace(after(fourth), event_id=4)) == [1, 3]


@pytest.mark.parametrize(
    "changed",
    [
        {"author_id": 8},
        {"team": "CAF du Lot"},
        {"addressed": ()},
        {"addressed": ("MSA du Lot",)},
        {"audience": Audience.INTERNAL},
        {"audience": Audience.TEAM, "reader_team": 4},
        {"kind": EventKind.HANDLED},
        {"kind": EventKind.IRRELEVANT},
        {"kind": EventKind.TAKEN},
        {"corrected": True},
        {"withdrawn": True},
    ],
)
def test_what_a_head_says_otherwise_has_its_own(changed: dict[str, Any]) -> None:
    assert list_heads(FIRST, after(FIRST, **changed)) == [1, 2]


def test_what_happens_between_two_messages_parts_them_and_a_correction_does_not() -> None:
    for kind, heads in ((EventKind.TAKEN, [1, 2, 3]), (EventKind.CORRECTED, [1, 2])):
        between = after(FIRST, kind=kind)
        assert list_heads(FIRST, between, after(between, kind=EventKind.MESSAGE)) == heads
    answer = replace(FIRST, kind=EventKind.HANDLED)
    assert list_heads(answer, after(answer)) == [1, 2], "its tag is of the answer alone"
    notes = replace(FIRST, audience=Audience.TEAM, reader_team=4)
    assert list_heads(notes, after(notes)) == [1] and list_heads(notes, after(notes, reader_team=5)) == [1, 2]


def test_a_corrected_message_is_a_head_for_those_after_it() -> None:
    corrected = after(FIRST, corrected=True)

    assert list_heads(FIRST, corrected, after(corrected, corrected=False)) == [1, 2]


def test_the_first_unread_line_has_its_head_and_nothing_is_changed_but_that() -> None:
    second = after(FIRST)
    entries = [FIRST, second, after(second)]

    assert list_heads(*entries, first_unread=2) == [1, 2]
    assert [replace(entry, continued=False) for entry in mark_continued(entries)] == entries
    nameless = replace(FIRST, author_id=None)
    assert mark_continued([]) == [] and list_heads(nameless, after(nameless)) == [1, 2]
