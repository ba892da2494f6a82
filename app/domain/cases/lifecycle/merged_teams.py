"""Teams that were merged since: events and notices name the team of their time."""

from collections.abc import Mapping

from db.tables.teams import Team


async def load_merged_teams() -> dict[int, int]:
    """A merged team -> the team that has taken its place."""
    rows = await Team.select(Team.id, Team.merged_into).where(Team.merged_into.is_not_null())
    into = {row["id"]: row["merged_into"] for row in rows}
    return {team: follow_mergers(team, into) for team in into}


def follow_mergers(team: int, into: Mapping[int, int]) -> int:
    """The team that stands for it now: itself, or the last of those that it was merged into."""
    while team in into:
        team = into[team]
    return team
