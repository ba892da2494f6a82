"""Organisations × territory → the teams that receive the case."""

from app.domain.teams.reachability import reachable_teams


async def receiving_teams(area_code: str, organisation_ids: frozenset[int], from_team: int) -> dict[int, list[int]]:
    """organisation id -> its teams there that from_team can reach; an organisation that has none is absent."""
    teams = await reachable_teams(area_code, from_team)
    return {chosen: teams[chosen] for chosen in sorted(organisation_ids) if chosen in teams}
