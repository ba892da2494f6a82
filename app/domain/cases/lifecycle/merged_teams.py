"""Teams that were merged since: events and notices name the team of their time."""

from db.tables.teams import Team


async def load_merged_teams() -> dict[int, int]:
    """A merged team -> the team that has taken its place."""
    rows = await Team.select(Team.id, Team.merged_into).where(Team.merged_into.is_not_null())
    into = {row["id"]: row["merged_into"] for row in rows}
    return {team: _follow_mergers(team, into) for team in into}


def _follow_mergers(team: int, into: dict[int, int]) -> int:
    while team in into:
        team = into[team]
    return team
