"""The teams by which a person reads a case as a referent."""

from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from db.tables.participants import Recipient


def list_own_teams(actor: Actor, recipient_teams: frozenset[int]) -> frozenset[int]:
    """recipient_teams: the teams that read the case. Their side on it is find_side of permissions.py."""
    return recipient_teams.intersection(actor.list_teams(Side.REFERENT))


async def list_possible_own_teams(actor: Actor, case_id: UUID) -> list[int]:
    """The actor's teams that may have received the case. Of one or two, the database is not asked which ones did."""
    teams = actor.list_teams(Side.REFERENT)
    if len(teams) <= 2:
        return teams
    received = Recipient.select(Recipient.team).where(Recipient.case == case_id, Recipient.team.is_in(teams))
    return [row["team"] for row in await received]
