"""The territories of a team, and those that an actor may give it. Source: features.md P2, P3."""

from collections.abc import Iterable

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.teams.areas import AreaChoice, list_areas
from app.domain.teams.supervision import list_supervised_areas
from db.tables.teams import TeamArea


async def list_assignable_areas(actor: Actor) -> list[AreaChoice]:
    """All territories for an admin, their own for a supervisor, none for a manager."""
    areas = await list_areas()
    if actor.role == PlatformRole.ADMIN:
        return areas
    own = await list_supervised_areas(actor)
    return [area for area in areas if area.code in own]


async def compute_team_areas(actor: Actor, before: frozenset[str], chosen: Iterable[str]) -> frozenset[str]:
    """`chosen` replaces the actor's own territories only: the team keeps the others."""
    own = {area.code for area in await list_assignable_areas(actor)}
    return frozenset((before - own) | (own & set(chosen)))


def find_area_errors(after: frozenset[str]) -> dict[str, str]:
    return {} if after else {"territoires": "Choisissez au moins un territoire pour l’équipe."}


async def save_team_areas(team_id: int, before: frozenset[str], after: frozenset[str]) -> None:
    """Call it inside the action's transaction."""
    if before - after:
        await TeamArea.delete().where(TeamArea.team == team_id, TeamArea.area.is_in(sorted(before - after)))
    if after - before:
        await TeamArea.insert(*(TeamArea(team=team_id, area=code) for code in sorted(after - before)))
