"""One screen of code, its docstring and docs/permissions.md say the same: who may do what, and when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, PlatformRole, Seat, Side
from app.domain.accounts.duties import Duty, duties_of
from app.domain.case_status import Status
from app.domain.cases.permissions import Action, CaseFacts, actions_for
from app.tests.access_matrix.tables import (
    WHO,
    allowed_by,
    duties_in_french,
    duties_of_the_code,
    rights_in_french,
    rights_of_the_code,
    rows_under,
)

HELPERS, RECEIVERS, OTHERS = 1, 2, 3
NOBODY = Actor(9, "x@exemple.fr", "", "", "", "", "", True, PlatformRole.MEMBER, ())


def seat(team: int, side: Side, *, manager: bool = False) -> tuple[Seat, ...]:
    return (Seat(team, "", "", side, manager),)


PEOPLE = {
    "author": replace(NOBODY, id=1, seats=seat(HELPERS, Side.AGENT)),
    "colleague": replace(NOBODY, id=2, seats=seat(HELPERS, Side.AGENT, manager=True)),
    "referent": replace(NOBODY, id=3, seats=seat(RECEIVERS, Side.REFERENT, manager=True)),
    "expert": replace(NOBODY, id=4, role=PlatformRole.EXPERT),
}
STRANGERS = {
    "an author who left the team": replace(NOBODY, id=1),
    "another team's agent": replace(NOBODY, seats=seat(OTHERS, Side.AGENT)),
    "another team's referent": replace(NOBODY, seats=seat(OTHERS, Side.REFERENT, manager=True)),
    "a receiving team that helps": replace(NOBODY, seats=seat(RECEIVERS, Side.AGENT)),
    "an expert who is not invited": replace(NOBODY, role=PlatformRole.EXPERT),
    "a guest who is no expert any more": replace(NOBODY, id=4),
    "a supervisor": replace(NOBODY, role=PlatformRole.SUPERVISOR),
    "an administrator": replace(NOBODY, role=PlatformRole.ADMIN),
    "an administrator among the guests": replace(NOBODY, id=4, role=PlatformRole.ADMIN),
}


def case(status: Status, *, withdrawn: bool = False, closed_by: int | None = None) -> CaseFacts:
    receivers = frozenset[int]() if withdrawn else frozenset({RECEIVERS})
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
    """Each kind of case × each person: what the code allows, and the columns that they stand in."""
    for kind, facts in CASES.items():
        for who, actor in PEOPLE.items():
            receives = kind not in {"draft", "withdrawn"}
            stands = {who} if who != "referent" or receives else set[str]()
            yield kind, who, actions_for(actor, facts), stands
            if facts.status == Status.CLOSED:
                closer = replace(facts, closed_by=actor.id)
                yield kind, f"{who}, who closed it", actions_for(actor, closer), stands | _closer(stands)
        for who, actor in STRANGERS.items():
            yield kind, who, actions_for(actor, facts), set()


def _closer(stands: set[str]) -> set[str]:
    """Whoever closed it and has nothing to do with it any more is a stranger."""
    return {"who closed it"} if stands else set()


def test_the_code_does_what_its_docstring_says() -> None:
    rights = rights_of_the_code()
    for kind, who, allowed, stands in cells():
        expected = allowed_by(rights, stands, kind)
        assert allowed == expected, f"{kind} case, {who}: the code allows {allowed}, the docstring {expected}"


def test_the_french_table_is_the_docstring_s() -> None:
    assert rights_in_french() == rights_of_the_code()


def test_each_action_and_each_duty_is_in_the_tables() -> None:
    assert {action for action, _ in rights_of_the_code()} == set(Action)
    assert set(duties_of_the_code()) == set(Duty)


def test_the_french_table_of_duties_is_the_docstring_s() -> None:
    assert duties_in_french() == duties_of_the_code()


def test_the_code_gives_the_duties_that_its_docstring_says() -> None:
    manager = seat(RECEIVERS, Side.REFERENT, manager=True)
    held = {
        "admin": duties_of(replace(NOBODY, role=PlatformRole.ADMIN)),
        "supervisor": duties_of(replace(NOBODY, role=PlatformRole.SUPERVISOR)),
        "manager": duties_of(replace(NOBODY, seats=manager)),
    }
    for role, duties in held.items():
        assert duties == {duty for duty, roles in duties_of_the_code().items() if role in roles}, role
    others = (NOBODY, PEOPLE["author"], PEOPLE["expert"], replace(NOBODY, seats=seat(OTHERS, Side.REFERENT)))
    assert [duties_of(actor) for actor in others] == [frozenset()] * len(others)
    both = duties_of(replace(NOBODY, role=PlatformRole.SUPERVISOR, seats=manager))
    assert both == held["supervisor"] | held["manager"]


def test_a_table_that_says_otherwise_is_found() -> None:
    table = "| a | b |\n|---|---|\n| x `READ` | oui |\n\n| other | table |"
    assert rows_under(table, "| a") == [["x `READ`", "oui"]]
    assert len(WHO) == 5
