"""The permission code, its docstring and docs/permissions.md agree: who may do what, and when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, PlatformRole, Seat, Side, Supervised
from app.domain.accounts.duties import Duty, list_duties
from app.domain.case_status import Status
from app.domain.cases.permissions import Action, CaseFacts, list_allowed_actions
from app.domain.cases.progress.team import TeamProgress
from app.tests.access_matrix.documented_rights import (
    COLUMNS,
    find_allowed_actions,
    read_duties_in_code,
    read_duties_in_docs,
    read_rights_in_code,
    read_rights_in_docs,
    read_table_rows,
)

HELPERS, RECEIVERS, OTHERS = 1, 2, 3
STRANGER = Actor(9, "x@exemple.fr", "", "", "", "", "", True, PlatformRole.MEMBER, ())
SUPERVISOR = replace(STRANGER, role=PlatformRole.SUPERVISOR)


def seat(team: int, side: Side, *, manager: bool = False) -> tuple[Seat, ...]:
    return (Seat(team, "", "", side, manager),)


PEOPLE = {
    "author": replace(STRANGER, id=1, seats=seat(HELPERS, Side.AGENT)),
    "colleague": replace(STRANGER, id=2, seats=seat(HELPERS, Side.AGENT, manager=True)),
    "referent": replace(STRANGER, id=3, seats=seat(RECEIVERS, Side.REFERENT, manager=True)),
    "expert": replace(STRANGER, id=4, is_expert=True),
}
STRANGERS = {
    "an author who left the team": replace(STRANGER, id=1),
    "another team's agent": replace(STRANGER, seats=seat(OTHERS, Side.AGENT)),
    "another team's referent": replace(STRANGER, seats=seat(OTHERS, Side.REFERENT, manager=True)),
    "a receiving team that helps": replace(STRANGER, seats=seat(RECEIVERS, Side.AGENT)),
    "an expert who is not invited": replace(STRANGER, is_expert=True),
    "a guest who is no expert any more": replace(STRANGER, id=4),
    "a supervisor": SUPERVISOR,
    "an administrator": replace(STRANGER, role=PlatformRole.ADMIN),
    "an administrator among the guests": replace(STRANGER, id=4, role=PlatformRole.ADMIN),
}


def case(status: Status, *, withdrawn: bool = False, closed_by: int | None = None) -> CaseFacts:
    receivers = {} if withdrawn else {RECEIVERS: TeamProgress(datetime(2026, 11, 24, tzinfo=UTC))}
    return CaseFacts(UUID(int=1), status, 1, HELPERS, receivers, frozenset({4}), closed_by)


CASES = {
    "draft": case(Status.DRAFT),
    "new": case(Status.NEW),
    "open": case(Status.SEEN),
    "suspended": replace(case(Status.NEW), suspended_at=datetime(2026, 11, 24, tzinfo=UTC)),
    "closed": case(Status.CLOSED, closed_by=7),
    "withdrawn": case(Status.CLOSED, withdrawn=True, closed_by=7),
}


def cells() -> Iterator[tuple[str, str, frozenset[Action], set[str]]]:
    """Each kind of case × each person: the actions that the code allows, and the person’s columns."""
    for kind, facts in CASES.items():
        for who, actor in PEOPLE.items():
            receives = kind not in {"draft", "withdrawn"}
            stands = {who} if who != "referent" or receives else set[str]()
            yield kind, who, list_allowed_actions(actor, facts), stands
            if facts.status == Status.CLOSED:
                closer = replace(facts, closed_by=actor.id)
                yield kind, f"{who}, who closed it", list_allowed_actions(actor, closer), stands | _closer(stands)
        for who, actor in STRANGERS.items():
            yield kind, who, list_allowed_actions(actor, facts), set()


def _closer(stands: set[str]) -> set[str]:
    """The person who closed it, and has no other relation with it, is a stranger."""
    return {"who closed it"} if stands else set()


def test_the_code_does_what_its_docstring_says() -> None:
    rights = read_rights_in_code()
    for kind, who, allowed, stands in cells():
        expected = find_allowed_actions(rights, stands, kind)
        assert allowed == expected, f"{kind} case, {who}: the code allows {allowed}, the docstring {expected}"


def test_the_french_table_is_the_docstring_s() -> None:
    assert read_rights_in_docs() == read_rights_in_code()


def test_each_action_and_each_duty_is_in_the_tables() -> None:
    assert {action for action, _ in read_rights_in_code()} == set(Action)
    assert set(read_duties_in_code()) == set(Duty)


def test_the_french_table_of_duties_is_the_docstring_s() -> None:
    assert read_duties_in_docs() == read_duties_in_code()


def test_the_code_gives_the_duties_that_its_docstring_says() -> None:
    manager = seat(RECEIVERS, Side.REFERENT, manager=True)
    held = {
        "admin": list_duties(replace(STRANGER, role=PlatformRole.ADMIN)),
        "supervisor": list_duties(replace(SUPERVISOR, supervised=Supervised(areas=frozenset({"46"})))),
        "pilot": list_duties(replace(SUPERVISOR, supervised=Supervised(organisations=frozenset({1})))),
        "manager": list_duties(replace(STRANGER, seats=manager)),
    }
    for role, duties in held.items():
        assert duties == {duty for duty, roles in read_duties_in_code().items() if role in roles}, role
    others = (STRANGER, PEOPLE["author"], PEOPLE["expert"], replace(STRANGER, seats=seat(OTHERS, Side.REFERENT)))
    assert [list_duties(actor) for actor in others] == [frozenset()] * len(others)
    both = list_duties(replace(SUPERVISOR, seats=manager))
    assert both == held["pilot"] | held["manager"]


def test_a_table_that_says_otherwise_is_found() -> None:
    table = "| a | b |\n|---|---|\n| x `READ` | oui |\n\n| other | table |"
    assert read_table_rows(table, "| a") == [["x `READ`", "oui"]]
    assert len(COLUMNS) == 5
