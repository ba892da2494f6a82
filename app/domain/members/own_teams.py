"""The teams of a person, locked for what would leave them without a reader."""

from db.engine import is_postgres
from db.tables.members import Membership
from db.tables.teams import Team


async def list_team_ids(person_id: int) -> list[int]:
    rows = await Membership.select(Membership.team).where(Membership.person == person_id).order_by(Membership.team)
    return [row["team"] for row in rows]


async def lock_teams(team_ids: list[int]) -> None:
    """Two departures from a team at the same time could leave it empty. SQLite has a single writer."""
    if team_ids and is_postgres():
        await Team.select(Team.id).where(Team.id.is_in(team_ids)).order_by(Team.id).lock_rows("NO KEY UPDATE")
