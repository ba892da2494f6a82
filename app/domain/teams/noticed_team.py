"""The team that an email names: it answers nothing, or emails do not reach one of its mailboxes."""

from app.domain.accounts.actor import Actor
from app.domain.teams.permissions import TeamAction, TeamFacts, find_allowed_actions, load_team_facts


async def load_supervised_team(reader: Actor, team_id: int | None) -> TeamFacts | None:
    """Returns None when the reader does not supervise the team any more, or the team is closed."""
    team = await load_team_facts(team_id) if team_id else None
    if team is None or team.closed:
        return None
    return team if reader.supervised.touches(team.organisation_id, team.areas) else None


async def load_managed_team(reader: Actor, team_id: int | None) -> TeamFacts | None:
    """Returns None when the reader may not manage its members any more, or it is closed."""
    team = await load_team_facts(team_id) if team_id else None
    return team if team and TeamAction.MANAGE_MEMBERS in find_allowed_actions(reader, team) else None
