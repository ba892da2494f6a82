"""The list of people: exactly those whose page the actor may open, found by their words. Source: issue 4, 7."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from piccolo.columns.combination import And, WhereRaw
from piccolo.query import OrderByRaw
from piccolo.query.methods.select import Select

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, require
from app.domain.accounts.names import full_name
from app.domain.members.permissions import visible_people
from app.domain.pagination import turn_to
from app.domain.teams.permissions import Condition
from db.search import has_all_words
from db.tables import Membership, Person

PAGE_SIZE = 30
SHOWN_TEAMS = 3
"""On a line: whoever sits in more has them all on their page."""


class PersonView(StrEnum):
    """The value is the one in the address. Everybody is in ALL and in one of the others."""

    ALL = "toutes"
    ACTIVE = "actives"
    AWAITED = "attendues"
    CLOSED = "desactivees"


@dataclass(frozen=True)
class PersonFilters:
    view: PersonView = PersonView.ALL
    words: str = ""
    role: PlatformRole | None = None
    page: int = 1


@dataclass(frozen=True)
class PersonLine:
    """teams holds SHOWN_TEAMS names at most; more, how many are left out."""

    id: int
    name: str
    address: str
    function: str
    role: PlatformRole
    teams: tuple[str, ...]
    more: int
    active: bool
    arrived: bool


@dataclass(frozen=True)
class PersonListing:
    lines: list[PersonLine]
    total: int
    page: int
    pages: int


async def list_people(actor: Actor, filters: PersonFilters) -> PersonListing:
    """One page of whom the filters leave, by name, with how many there are in all. Raises NotFound."""
    require(actor, Duty.KEEP_MEMBERS)
    condition = condition_of(actor, filters)
    total = await Person.count().where(condition)
    turn = turn_to(filters.page, total, PAGE_SIZE)
    rows = await page_of(condition, turn.first, searched=bool(filters.words))
    return PersonListing(await _lines(rows), total, turn.page, turn.pages)


async def count_views(actor: Actor) -> dict[PersonView, int]:
    """How many each view shows when nothing else filters: the number on its tab. Raises NotFound."""
    require(actor, Duty.KEEP_MEMBERS)
    counted = (PersonView.ALL, PersonView.AWAITED, PersonView.CLOSED)
    counts = {view: int(await Person.count().where(condition_of(actor, PersonFilters(view)))) for view in counted}
    counts[PersonView.ACTIVE] = 2 * counts[PersonView.ALL] - sum(counts.values())
    return counts


def condition_of(actor: Actor, filters: PersonFilters) -> Condition:
    condition = _both(visible_people(actor), _in_view(filters.view))
    if filters.role:
        condition = _both(condition, Person.platform_role == filters.role)
    return _both(condition, has_all_words([Person.search_text], filters.words))


def _both(one: Condition, other: Condition | None) -> Condition:
    return one if other is None else And(one, other)


def _in_view(view: PersonView) -> Condition | None:
    """In the words of the indexes of db/migrations/people_by_name.py: a database takes them for no others."""
    if view == PersonView.ALL:
        return None
    if view == PersonView.CLOSED:
        return WhereRaw("NOT person.active")
    came = Person.terms_accepted_at
    return And(WhereRaw("person.active"), came.is_not_null() if view == PersonView.ACTIVE else came.is_null())


def page_of(condition: Condition, after: int, *, searched: bool) -> "Select[Person]":
    """Read by an index of names. A search reads the table once instead, as it lies, and sorts what it found:

    20,000 people looked up one by one in the order of their names took SQLite four times as long.
    """
    by_name = OrderByRaw("person.sort_name || ''") if searched else Person.sort_name
    return (
        Person.select(
            Person.id,
            Person.first_name,
            Person.last_name,
            Person.address,
            Person.function,
            Person.platform_role,
            Person.active,
            Person.terms_accepted_at,
        )
        .where(condition)
        .order_by(by_name)
        .order_by(Person.id)
        .limit(PAGE_SIZE)
        .offset(after)
    )


async def _lines(rows: list[dict[str, Any]]) -> list[PersonLine]:
    teams = await _teams(row["id"] for row in rows)
    return [_line(row, teams.get(row["id"], [])) for row in rows]


def _line(row: dict[str, Any], teams: list[str]) -> PersonLine:
    return PersonLine(
        id=row["id"],
        name=full_name(row),
        address=row["address"],
        function=row["function"],
        role=PlatformRole(row["platform_role"]),
        teams=tuple(teams[:SHOWN_TEAMS]),
        more=max(0, len(teams) - SHOWN_TEAMS),
        active=row["active"],
        arrived=row["terms_accepted_at"] is not None,
    )


async def _teams(people: Iterable[int]) -> dict[int, list[str]]:
    """person -> the names of their teams, in order."""
    ids = list(people)
    if not ids:
        return {}
    rows = await (
        Membership.select(Membership.person, Membership.team.name.as_alias("name"))
        .where(Membership.person.is_in(ids))
        .order_by(Membership.team.sort_name)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["person"], []).append(row["name"])
    return found
