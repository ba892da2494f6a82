"""The teams by which a person reads a case as a referent."""

from app.domain.accounts.actor import Actor, Side


def list_own_teams(actor: Actor, recipient_teams: frozenset[int]) -> frozenset[int]:
    """recipient_teams: the teams that read the case. Their side on it is find_side of permissions.py."""
    return recipient_teams.intersection(actor.list_teams(Side.REFERENT))
