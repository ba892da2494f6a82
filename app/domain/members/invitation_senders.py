"""Whether the sender of an invitation may still invite into its team.

This is checked when the invitation is listed, when its email leaves, when it is opened and when it is accepted. The
right is lost with the account, the role, the area, the membership or the place of manager; no function has to look for
invitations then. A right that is given back counts until the invitation expires. A deactivated account loses its
invitations for good (reorganisation/deactivation.py). Source: security.md, threats 2 and 24.
"""

from collections.abc import Iterable

from app.domain.accounts.actor import load_actors
from app.domain.teams.permissions import TeamAction, find_allowed_actions, load_team_facts


async def find_valid_senders(senders: Iterable[int | None], team_id: int) -> frozenset[int]:
    """The senders who may invite now. A sender is None when their account was closed since."""
    team = await load_team_facts(team_id)
    actors = await load_actors({sender for sender in senders if sender})
    if team is None:
        return frozenset()
    return frozenset(one.id for one in actors if TeamAction.MANAGE_MEMBERS in find_allowed_actions(one, team))
