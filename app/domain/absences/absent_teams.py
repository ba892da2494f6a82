"""Teams whose active members are all absent. They can be reached, and answer later: their clocks do not stop."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.domain.absences.absence import AWAY_SQL
from db.batch import BatchQuery, fetch_query


@dataclass(frozen=True)
class AbsentTeam:
    """until: the last day on which no member is there."""

    id: int
    name: str
    until: date


def build_absent_until_sql(team: str) -> str:
    """The last day of the whole team's absence, or NULL. team: the SQL of its id. Both values: the present moment."""
    return f"""(SELECT CASE WHEN count(*) = count(absence.id) THEN min(absence.last_day) END
        FROM membership JOIN person ON person.id = membership.person
        LEFT JOIN absence ON absence.person = person.id AND {AWAY_SQL}
        WHERE membership.team = {team} AND person.active)"""  # noqa: S608 # nosec B608


async def find_absent_teams(team_ids: Collection[int], now: datetime) -> list[AbsentTeam]:
    """By name."""
    if not team_ids:
        return []
    columns = {"id": "team.id", "name": "team.name", "until": build_absent_until_sql("team.id")}
    asked = ", ".join(["{}"] * len(team_ids))
    query = BatchQuery(columns, f"team WHERE team.id IN ({asked})", {"until": date.fromisoformat})
    moment = now.astimezone(UTC)
    rows = await fetch_query(query.bind(moment, moment, *team_ids))
    return sorted((AbsentTeam(**row) for row in rows if row["until"]), key=lambda team: team.name)
