"""The fields and the answer of a ready phrase."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.cases.lifecycle.joining import REASON_LENGTH
from app.domain.catalogue.phrases import (
    FIELD_NAMES,
    TRANSFER_LENGTH,
    PhraseAnswer,
    PhraseFacts,
    find_phrase_errors,
    render_phrase,
)

FACTS = PhraseFacts(
    48271930,
    agent="Carmen Vidal",
    office="France Services du Lot",
    organisation="CAF du Lot",
    sent_at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC),
    now=datetime(2026, 12, 1, 9, tzinfo=UTC),
)


def find_errors(body: str, answer: str = PhraseAnswer.MESSAGE, days: int | None = None) -> dict[str, str]:
    state: dict[str, Any] = {"title": "Titre", "body": body, "answer": answer, "remind_days": days}
    return find_phrase_errors(state)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Bonjour {agent},", "Bonjour Carmen Vidal,"),
        ("{structure}, {organisme}", "France Services du Lot, CAF du Lot"),
        ("du {date d’envoi} au {aujourd’hui}", "du 25/11/2026 au 01/12/2026"),
        ("{ AGENT } le {Date d'envoi}", "Carmen Vidal le 25/11/2026"),
        ("Sans champ, ni {nom} ni { }, ni } seul {", "Sans champ, ni {nom} ni { }, ni } seul {"),
    ],
)
def test_each_field_takes_the_value_of_the_case(body: str, words: str) -> None:
    """Dates are those of Paris. What is no field stays as it was written."""
    assert render_phrase(body, FACTS) == words


def test_a_value_is_never_read_as_a_field() -> None:
    named = PhraseFacts(48271930, "{structure}", "Office", "CAF", FACTS.sent_at, FACTS.now)
    assert render_phrase("{agent}", named) == "{structure}"


def test_an_agent_without_a_name_is_their_office() -> None:
    unnamed = PhraseFacts(48271930, "", "Office", "CAF", FACTS.sent_at, FACTS.now)
    assert render_phrase("Bonjour {agent}", unnamed) == "Bonjour Office"


@pytest.mark.parametrize("unknown", ["{usager}", "{nom}", "{date de naissance}", "{}", "{", "}"])
def test_an_unknown_field_is_refused_with_the_names_of_the_known_ones(unknown: str) -> None:
    said = find_errors(f"Bonjour {{agent}}, {unknown}")["texte"]
    assert said.startswith(f"« {unknown} » n’est pas un champ connu.")
    assert all(f"« {name} »" in said for name in FIELD_NAMES) and "usager" in said


def test_every_known_field_is_accepted() -> None:
    assert find_errors(" ".join(FIELD_NAMES)) == {}


def test_the_words_of_a_transfer_fit_its_reason() -> None:
    assert TRANSFER_LENGTH == REASON_LENGTH
    assert find_errors("a" * TRANSFER_LENGTH, PhraseAnswer.TRANSFER) == {}
    assert "1 de trop" in find_errors("a" * (TRANSFER_LENGTH + 1), PhraseAnswer.TRANSFER)["texte"]
    assert find_errors("a" * (TRANSFER_LENGTH + 1)) == {}


def test_an_unknown_answer_is_refused() -> None:
    assert set(find_errors("Bonjour", "closed")) == {"reponse"}


@pytest.mark.parametrize(("days", "accepted"), [(1, True), (60, True), (0, False), (61, False)])
def test_a_reminder_comes_within_sixty_working_days(days: int, accepted: bool) -> None:
    assert ("rappel" not in find_errors("Je transmets", days=days)) is accepted


@pytest.mark.parametrize("answer", sorted(set(PhraseAnswer) - {PhraseAnswer.MESSAGE}))
def test_an_answer_that_ends_one_s_part_has_no_reminder(answer: PhraseAnswer) -> None:
    assert set(find_errors("Je transmets", answer, 10)) == {"rappel"}
