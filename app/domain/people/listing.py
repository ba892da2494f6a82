"""The list of people: exactly those whose page the actor may open, searched by words. Source: issue 4, 7."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from piccolo.columns.combination import And, WhereRaw
from piccolo.query import OrderByRaw
from piccolo.query.methods.select import Select

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.names import format_full_name
from app.domain.members.permissions import build_visible_people_condition
from app.domain.pagination import paginate
from app.domain.teams.dead_mailboxes import build_undelivered_query, find_dead_mailboxes
from app.domain.teams.permissions import Condition
from db.search import build_all_words_condition
from db.tables.members import Membership
from db.tables.people import Person

PAGE_SIZE = 30
SHOWN_TEAMS = 3
"""On a line. The person's page has all their teams."""


class PersonView(StrEnum):
    """The value is the one in the address. UNREACHABLE are active people whose mailbox refuses emails, come or not."""

    ALL = "toutes"
    ACTIVE = "actives"
    AWAITED = "attendues"
    UNREACHABLE = "injoignables"
    CLOSED = "desactivees"
    TO_ERASE = "effacement"


class RoleFilter(StrEnum):
    """An administrator who is also an expert is found under both."""

    MEMBER = "member"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True)
class PersonFilters:
    view: PersonView = PersonView.ALL
    words: str = ""
    role: RoleFilter | None = None
    page: int = 1


@dataclass(frozen=True)
class PersonLine:
    """teams: SHOWN_TEAMS names at most. hidden_teams: how many are left out."""

    id: int
    name: str
    address: str
    function: str
    role: PlatformRole
    is_expert: bool
    teams: tuple[str, ...]
    hidden_teams: int
    active: bool
    first_visit_done: bool
    unreachable: bool


@dataclass(frozen=True)
class PersonListing:
    lines: list[PersonLine]
    total: int
    page: int
    pages: int


async def list_people(actor: Actor, filters: PersonFilters) -> PersonListing:
    """One page, by name, with the total. Raises NotFound without the duty MANAGE_MEMBERS."""
    require_duty(actor, Duty.MANAGE_MEMBERS)
    condition = build_condition(actor, filters)
    total = await Person.count().where(condition)
    turn = paginate(filters.page, total, PAGE_SIZE)
    rows = await build_page_query(condition, turn.offset, searched=bool(filters.words))
    return PersonListing(await _load_lines(rows), total, turn.number, turn.count)


async def count_views(actor: Actor) -> dict[PersonView, int]:
    """The number on each view's tab, without other filters. Raises NotFound without the duty MANAGE_MEMBERS."""
    require_duty(actor, Duty.MANAGE_MEMBERS)
    counted = [view for view in PersonView if view != PersonView.ACTIVE]
    counts = {view: int(await Person.count().where(build_condition(actor, PersonFilters(view)))) for view in counted}
    left_out = counts[PersonView.AWAITED] + counts[PersonView.CLOSED]
    return counts | {PersonView.ACTIVE: counts[PersonView.ALL] - left_out}


async def count_people(actor: Actor, view: PersonView) -> int:
    """Of those whom the actor manages. Raises NotFound without the duty MANAGE_MEMBERS."""
    require_duty(actor, Duty.MANAGE_MEMBERS)
    return int(await Person.count().where(build_condition(actor, PersonFilters(view))))


def build_condition(actor: Actor, filters: PersonFilters) -> Condition:
    condition = _combine(build_visible_people_condition(actor), _build_view_condition(filters.view))
    if filters.role:
        condition = _combine(condition, _build_role_condition(filters.role))
    return _combine(condition, build_all_words_condition([Person.search_text], filters.words))


def _build_role_condition(role: RoleFilter) -> Condition:
    if role == RoleFilter.EXPERT:
        return Person.expert.eq(True)
    held = Person.platform_role == role
    return And(held, Person.expert.eq(False)) if role == RoleFilter.MEMBER else held


def _combine(one: Condition, other: Condition | None) -> Condition:
    return one if other is None else And(one, other)


def _build_view_condition(view: PersonView) -> Condition | None:
    """Written as in the indexes of db/migrations/initial_tables.sql, or the database would not use them."""
    if view == PersonView.ALL:
        return None
    if view == PersonView.CLOSED:
        return WhereRaw("NOT person.active")
    if view == PersonView.TO_ERASE:
        return And(WhereRaw("person.active"), Person.erasure_asked_at.is_not_null())
    if view == PersonView.UNREACHABLE:
        return And(WhereRaw("person.active"), Person.id.is_in(build_undelivered_query()))
    came = Person.terms_accepted_at
    return And(WhereRaw("person.active"), came.is_not_null() if view == PersonView.ACTIVE else came.is_null())


def build_page_query(condition: Condition, offset: int, *, searched: bool) -> "Select[Person]":
    """Read by an index of names. A search instead reads the table as it lies, and sorts what it found.

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
            Person.expert,
            Person.active,
            Person.terms_accepted_at,
        )
        .where(condition)
        .order_by(by_name)
        .order_by(Person.id)
        .limit(PAGE_SIZE)
        .offset(offset)
    )


async def _load_lines(rows: list[dict[str, Any]]) -> list[PersonLine]:
    ids = [row["id"] for row in rows]
    teams, dead = await _load_team_names(ids), await find_dead_mailboxes(ids)
    return [_decode_line(row, teams.get(row["id"], []), unreachable=row["id"] in dead) for row in rows]


def _decode_line(row: dict[str, Any], teams: list[str], *, unreachable: bool) -> PersonLine:
    return PersonLine(
        id=row["id"],
        name=format_full_name(row),
        address=row["address"],
        function=row["function"],
        role=PlatformRole(row["platform_role"]),
        is_expert=row["expert"],
        teams=tuple(teams[:SHOWN_TEAMS]),
        hidden_teams=max(0, len(teams) - SHOWN_TEAMS),
        active=row["active"],
        first_visit_done=row["terms_accepted_at"] is not None,
        unreachable=unreachable and row["active"],
    )


async def _load_team_names(people: Iterable[int]) -> dict[int, list[str]]:
    """person -> the names of their teams, sorted."""
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
