"""Organisations × territory → the teams that receive the case."""

from app.domain.teams.reachability import reachable_teams


async def receiving_teams(area_code: str, organisation_ids: frozenset[int]) -> dict[int, list[int]]:
    """organisation id -> its reachable teams there; an organisation that has none is absent."""
    teams = await reachable_teams(area_code)
    return {chosen: teams[chosen] for chosen in sorted(organisation_ids) if chosen in teams}
