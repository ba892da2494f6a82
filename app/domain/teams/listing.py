"""The list of teams: exactly those whose page the actor may open. Source: issue 4, 7."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from piccolo.columns.combination import And
from piccolo.query.functions.aggregate import Count

from app.domain.accounts.actor import Actor
from app.domain.pagination import paginate
from app.domain.teams.areas import AreaChoice
from app.domain.teams.permissions import Condition, build_visible_teams_condition
from app.domain.teams.reachability import build_unreachable_condition
from db.search import build_all_words_condition, fold_text
from db.tables.areas import Area
from db.tables.members import Membership
from db.tables.organisations import Organisation
from db.tables.teams import Team, TeamArea

PAGE_SIZE = 30
SEARCH_THRESHOLD = 5
"""Up to this number of teams, reading the list is faster than searching it."""


class TeamView(StrEnum):
    """The value is the one of the page's address."""

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
    """One option of a filter."""

    id: int | str
    name: str


@dataclass(frozen=True)
class TeamListing:
    lines: list[TeamLine]
    total: int
    page: int
    pages: int


async def list_teams(actor: Actor, filters: TeamFilters) -> TeamListing:
    """One page by name, and the total number of teams that match."""
    condition = _build_condition(actor, filters)
    total = await Team.count().where(condition)
    turn = paginate(filters.page, total, PAGE_SIZE)
    lines = await list_team_lines(condition, limit=PAGE_SIZE, offset=turn.offset)
    return TeamListing(lines, total, turn.number, turn.count)


async def list_team_lines(condition: Condition, *, limit: int, offset: int = 0) -> list[TeamLine]:
    """Sorted by name."""
    rows = await (
        Team.select(Team.id, Team.name, Team.commune, Team.organisation.acronym.as_alias("acronym"))
        .where(condition)
        .order_by(Team.sort_name)
        .order_by(Team.id)
        .limit(limit)
        .offset(offset)
    )
    return await _load_lines(rows)


async def count_views(actor: Actor) -> dict[TeamView, int]:
    """The number that each tab shows, without any other filter."""
    return {view: await Team.count().where(_build_condition(actor, TeamFilters(view))) for view in TeamView}


async def count_unreachable(actor: Actor) -> int:
    return int(await Team.count().where(_build_condition(actor, TeamFilters(TeamView.UNREACHABLE))))


async def list_visible_organisations(actor: Actor) -> list[Choice]:
    """The organisations of the teams that the actor may see, by acronym."""
    teams = Team.select(Team.organisation).where(build_visible_teams_condition(actor))
    rows = await Organisation.select(Organisation.id, Organisation.acronym).where(Organisation.id.is_in(teams))
    return sorted((Choice(row["id"], row["acronym"]) for row in rows), key=lambda choice: fold_text(choice.name))


async def list_visible_areas(actor: Actor) -> list[Choice]:
    """The territories of the teams that the actor may see, by code."""
    teams = Team.select(Team.id).where(build_visible_teams_condition(actor))
    codes = TeamArea.select(TeamArea.area).where(TeamArea.team.is_in(teams))
    rows = await Area.select(Area.code, Area.name).where(Area.code.is_in(codes)).order_by(Area.code)
    return [Choice(row["code"], AreaChoice(**row).code_and_name) for row in rows]


def _build_condition(actor: Actor, filters: TeamFilters) -> Condition:
    condition: Condition = And(build_visible_teams_condition(actor), _build_view_condition(filters.view))
    if filters.area:
        condition = And(condition, Team.id.is_in(TeamArea.select(TeamArea.team).where(TeamArea.area == filters.area)))
    if filters.organisation:
        condition = And(condition, Team.organisation == filters.organisation)
    words = build_all_words_condition([Team.search_text], filters.words)
    return And(condition, words) if words is not None else condition


def _build_view_condition(view: TeamView) -> Condition:
    if view == TeamView.CLOSED:
        return Team.closed_at.is_not_null()
    return build_unreachable_condition() if view == TeamView.UNREACHABLE else Team.closed_at.is_null()


async def _load_lines(rows: list[dict[str, Any]]) -> list[TeamLine]:
    ids = [row["id"] for row in rows]
    areas, members, lost = await _load_area_names(ids), await _count_active_members(ids), await _find_unreachable(ids)
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


async def _load_area_names(ids: list[int]) -> dict[int, list[str]]:
    """Team id -> names such as « Lot (46) », by code."""
    if not ids:
        return {}
    rows = await (
        TeamArea.select(TeamArea.team, TeamArea.area.name.as_alias("name"), TeamArea.area.code.as_alias("code"))
        .where(TeamArea.team.is_in(ids))
        .order_by(TeamArea.area)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["team"], []).append(AreaChoice(row["code"], row["name"]).name_and_code)
    return found


async def _count_active_members(ids: list[int]) -> dict[int, int]:
    """Team id -> number of active members. A team without one is absent."""
    if not ids:
        return {}
    rows = await (
        Membership.select(Membership.team, Count(alias="members"))
        .where(Membership.team.is_in(ids), Membership.person.active.eq(True))
        .group_by(Membership.team)
    )
    return {row["team"]: row["members"] for row in rows}


async def _find_unreachable(ids: list[int]) -> set[int]:
    if not ids:
        return set()
    rows = await Team.select(Team.id).where(And(Team.id.is_in(ids), build_unreachable_condition()))
    return {row["id"] for row in rows}
