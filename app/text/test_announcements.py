"""Each kind of line is said aloud, by organisation."""

from dataclasses import dataclass

import pytest

from app.domain.audience import TO_ALL, TO_REFERENTS, Readership, build_team_readership
from app.domain.cases.events import EventKind
from app.text.announcements import add_article, add_preposition, announce, announce_cases, announce_lines


@dataclass(frozen=True)
class SaidLine:
    kind: EventKind = EventKind.MESSAGE
    acronym: str = "CAF"
    team: str = "CAF du Lot"
    author: str = "Julien Delmas"
    other: str = "MSA du Lot"
    readership: Readership = TO_ALL


AGENT = SaidLine(acronym="FS", team="France Services Cahors", author="Carmen Vidal")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (SaidLine(), "Message de la CAF"),
        (SaidLine(EventKind.HANDLED), "La CAF : c’est traité"),
        (SaidLine(EventKind.TAKEN), "La CAF : Julien Delmas s’en occupe"),
        (SaidLine(EventKind.TRANSFERRED), "La CAF transfère la demande à MSA du Lot"),
        (SaidLine(EventKind.RETRACTED), "Message retiré par la CAF"),
        (SaidLine(readership=TO_REFERENTS), "Note entre référents de la CAF"),
        (SaidLine(readership=build_team_readership(1)), "Note de votre équipe, par Julien Delmas"),
        (AGENT, "Message de Carmen Vidal"),
        (SaidLine(EventKind.CLOSED, acronym="FS", author="Carmen Vidal"), "Demande close par Carmen Vidal"),
        (SaidLine(EventKind.CLOSED, acronym="", author=""), "Demande close"),
    ],
)
def test_a_line_says_which_organisation_did_what(line: SaidLine, said: str) -> None:
    assert announce(line, ["CAF", "MSA"]) == said


def test_two_teams_of_one_organisation_are_told_apart() -> None:
    assert announce(SaidLine(team="CAF du Cher"), ["CAF", "CAF"]) == "Message de la CAF du Cher"


@pytest.mark.parametrize("kind", EventKind)
def test_each_kind_is_a_sentence(kind: EventKind) -> None:
    said = announce(SaidLine(kind), ["CAF"])
    assert said and "{" not in said and said[0].isupper()


@pytest.mark.parametrize(
    ("acronym", "named", "of"),
    [
        ("MSA", "la MSA", "de la MSA"),
        ("CCAS", "le CCAS", "du CCAS"),
        ("URSSAF", "l’URSSAF", "de l’URSSAF"),
        ("France Travail", "France Travail", "de France Travail"),
        ("Action Logement", "Action Logement", "d’Action Logement"),
    ],
)
def test_an_organisation_has_its_article(acronym: str, named: str, of: str) -> None:
    assert add_article(acronym) == named and add_preposition(named) == of


def test_the_same_sentence_is_said_once_and_many_are_a_number() -> None:
    lines = [SaidLine(), SaidLine(), SaidLine(EventKind.HANDLED)]
    assert announce_lines(lines, ["CAF"]) == "Message de la CAF. La CAF : c’est traité."
    assert announce_cases([("Aide en retard", SaidLine(), ["CAF"])]) == "Aide en retard – Message de la CAF."
    assert announce_cases([("Aide", SaidLine(), ["CAF"])] * 4) == "4 demandes ont changé."
    assert announce_lines([SaidLine(kind) for kind in EventKind], ["CAF"]) == f"{len(EventKind)} lignes de plus."
