"""The territories of a team: which an actor may give it. Source: features.md P2, P3."""

from collections.abc import Iterable

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.teams.areas import AreaChoice, list_areas
from app.domain.teams.supervision import list_supervised_areas
from db.tables import TeamArea


async def list_assignable_areas(actor: Actor) -> list[AreaChoice]:
    """Every one for an admin, a supervisor's own; a manager gives none."""
    areas = await list_areas()
    if actor.role == PlatformRole.ADMIN:
        return areas
    own = await list_supervised_areas(actor)
    return [area for area in areas if area.code in own]


async def compute_team_areas(actor: Actor, before: frozenset[str], chosen: Iterable[str]) -> frozenset[str]:
    """The team's territories once the actor has chosen among theirs: the others stay."""
    own = {area.code for area in await list_assignable_areas(actor)}
    return frozenset((before - own) | (own & set(chosen)))


def find_area_errors(after: frozenset[str]) -> dict[str, str]:
    return {} if after else {"territoires": "Choisissez au moins un territoire pour l’équipe."}


async def save_team_areas(team_id: int, before: frozenset[str], after: frozenset[str]) -> None:
    """Inside the verb's transaction."""
    if before - after:
        await TeamArea.delete().where(TeamArea.team == team_id, TeamArea.area.is_in(sorted(before - after)))
    if after - before:
        await TeamArea.insert(*(TeamArea(team=team_id, area=code) for code in sorted(after - before)))
