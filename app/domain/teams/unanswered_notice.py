"""The team of an email that says that it answers nothing. Source: design.md, « Several teams »."""

from app.domain.accounts.actor import Actor
from app.domain.teams.permissions import TeamFacts, load_team_facts
from app.domain.teams.supervision import list_supervised_areas


async def load_supervised_team(reader: Actor, team_id: int | None) -> TeamFacts | None:
    """Returns None when the reader supervises none of the team's areas any more, or the team is closed."""
    team = await load_team_facts(team_id) if team_id else None
    if team is None or team.closed:
        return None
    return team if team.areas & await list_supervised_areas(reader) else None
