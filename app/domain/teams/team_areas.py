"""The territories of a team, and those that an actor may give it. Source: features.md P2, P3."""

from collections.abc import Iterable

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.teams.areas import AreaChoice, list_areas
from db.tables.teams import TeamArea


async def list_assignable_areas(actor: Actor, organisation_id: int | None) -> list[AreaChoice]:
    """For a team of this organisation: all territories for an admin and for who supervises the organisation, their own
    for another supervisor, none for a manager. None: for a team of any organisation that the actor may open."""
    areas, theirs = await list_areas(), actor.supervised
    everywhere = theirs.organisations if organisation_id is None else organisation_id in theirs.organisations
    if actor.role == PlatformRole.ADMIN or everywhere:
        return areas
    return [area for area in areas if area.code in theirs.areas]


async def compute_team_areas(
    actor: Actor, organisation_id: int | None, before: frozenset[str], chosen: Iterable[str]
) -> frozenset[str]:
    """`chosen` replaces the territories that the actor may give: the team keeps the others."""
    own = {area.code for area in await list_assignable_areas(actor, organisation_id or 0)}
    return frozenset((before - own) | (own & set(chosen)))


def find_area_errors(after: frozenset[str]) -> dict[str, str]:
    return {} if after else {"territoires": "Choisissez au moins un territoire pour l’équipe."}


async def save_team_areas(team_id: int, before: frozenset[str], after: frozenset[str]) -> None:
    """Call it inside the action's transaction."""
    if before - after:
        await TeamArea.delete().where(TeamArea.team == team_id, TeamArea.area.is_in(sorted(before - after)))
    if after - before:
        await TeamArea.insert(*(TeamArea(team=team_id, area=code) for code in sorted(after - before)))
