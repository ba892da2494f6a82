"""The list of teams: exactly those whose page the actor may open, found by their words. Source: issue 4, 7."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from piccolo.columns.combination import And
from piccolo.query.functions.aggregate import Count

from app.domain.accounts.actor import Actor
from app.domain.pagination import turn_to
from app.domain.teams.areas import AreaChoice
from app.domain.teams.permissions import Condition, visible_to
from app.domain.teams.reachability import unreachable
from db.search import fold, has_all_words
from db.tables import Area, Membership, Organisation, Team, TeamArea

PAGE_SIZE = 30
SHORT = 5
"""Up to here a list is read faster than it is searched."""


class TeamView(StrEnum):
    """The value is the one in the address."""

    OPEN = "ouvertes"
    UNREACHABLE = "injoignables"
    CLOSED = "fermees"


@dataclass(frozen=True)
class TeamFilters:
    view: TeamView = TeamView.OPEN
    words: str = ""
    area: str = ""
    organisation: int | None = None
    page: int = 1


@dataclass(frozen=True)
class TeamLine:
    id: int
    name: str
    acronym: str
    areas: tuple[str, ...]
    commune: str
    members: int
    unreachable: bool


@dataclass(frozen=True)
class Choice:
    """What a filter offers."""

    id: int | str
    name: str


@dataclass(frozen=True)
class TeamListing:
    lines: list[TeamLine]
    total: int
    page: int
    pages: int


async def list_teams(actor: Actor, filters: TeamFilters) -> TeamListing:
    """One page of what the filters leave, by name, with how many there are in all."""
    condition = _condition(actor, filters)
    total = await Team.count().where(condition)
    turn = turn_to(filters.page, total, PAGE_SIZE)
    lines = await lines_of(condition, most=PAGE_SIZE, after=turn.first)
    return TeamListing(lines, total, turn.page, turn.pages)


async def lines_of(condition: Condition, *, most: int, after: int = 0) -> list[TeamLine]:
    """By name."""
    rows = await (
        Team.select(Team.id, Team.name, Team.commune, Team.organisation.acronym.as_alias("acronym"))
        .where(condition)
        .order_by(Team.sort_name)
        .order_by(Team.id)
        .limit(most)
        .offset(after)
    )
    return await _lines(rows)


async def count_views(actor: Actor) -> dict[TeamView, int]:
    """How many each view shows when nothing else filters: the number on its tab."""
    return {view: await Team.count().where(_condition(actor, TeamFilters(view))) for view in TeamView}


async def count_unreachable(actor: Actor) -> int:
    return int(await Team.count().where(_condition(actor, TeamFilters(TeamView.UNREACHABLE))))


async def organisations_seen(actor: Actor) -> list[Choice]:
    """Those of the teams that the actor may see, by acronym."""
    teams = Team.select(Team.organisation).where(visible_to(actor))
    rows = await Organisation.select(Organisation.id, Organisation.acronym).where(Organisation.id.is_in(teams))
    return sorted((Choice(row["id"], row["acronym"]) for row in rows), key=lambda choice: fold(choice.name))


async def areas_seen(actor: Actor) -> list[Choice]:
    """Their territories, by code."""
    teams = Team.select(Team.id).where(visible_to(actor))
    codes = TeamArea.select(TeamArea.area).where(TeamArea.team.is_in(teams))
    rows = await Area.select(Area.code, Area.name).where(Area.code.is_in(codes)).order_by(Area.code)
    return [Choice(row["code"], AreaChoice(**row).listed) for row in rows]


def _condition(actor: Actor, filters: TeamFilters) -> Condition:
    condition: Condition = And(visible_to(actor), _in_view(filters.view))
    if filters.area:
        condition = And(condition, Team.id.is_in(TeamArea.select(TeamArea.team).where(TeamArea.area == filters.area)))
    if filters.organisation:
        condition = And(condition, Team.organisation == filters.organisation)
    words = has_all_words([Team.search_text], filters.words)
    return And(condition, words) if words is not None else condition


def _in_view(view: TeamView) -> Condition:
    if view == TeamView.CLOSED:
        return Team.closed_at.is_not_null()
    return unreachable() if view == TeamView.UNREACHABLE else Team.closed_at.is_null()


async def _lines(rows: list[dict[str, Any]]) -> list[TeamLine]:
    ids = [row["id"] for row in rows]
    areas, members, lost = await _areas(ids), await _members(ids), await _unreachable(ids)
    return [
        TeamLine(
            id=row["id"],
            name=row["name"],
            acronym=row["acronym"],
            areas=tuple(areas.get(row["id"], ())),
            commune=row["commune"],
            members=members.get(row["id"], 0),
            unreachable=row["id"] in lost,
        )
        for row in rows
    ]


async def _areas(ids: list[int]) -> dict[int, list[str]]:
    """team -> « Lot (46) », by code."""
    if not ids:
        return {}
    rows = await (
        TeamArea.select(TeamArea.team, TeamArea.area.name.as_alias("name"), TeamArea.area.code.as_alias("code"))
        .where(TeamArea.team.is_in(ids))
        .order_by(TeamArea.area)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["team"], []).append(AreaChoice(row["code"], row["name"]).said)
    return found


async def _members(ids: list[int]) -> dict[int, int]:
    """Active ones."""
    if not ids:
        return {}
    rows = await (
        Membership.select(Membership.team, Count(alias="members"))
        .where(Membership.team.is_in(ids), Membership.person.active.eq(True))
        .group_by(Membership.team)
    )
    return {row["team"]: row["members"] for row in rows}


async def _unreachable(ids: list[int]) -> set[int]:
    if not ids:
        return set()
    rows = await Team.select(Team.id).where(And(Team.id.is_in(ids), unreachable()))
    return {row["id"] for row in rows}
