"""Whether the sender of an invitation may still invite into its team.

The right of inviting is asked again when the invitation is listed, when its letter leaves, when it is opened and when
it is accepted. It is lost with the account, the role, the territory, the seat or the place of manager, and no verb has
to look for invitations. Given again, it counts again until the last day; a closed account gives its invitations up for
good (deactivation.py). Source: security.md, threats 2 and 24.
"""

from collections.abc import Iterable

from app.domain.accounts.actor import load_actors
from app.domain.teams.permissions import TeamAction, find_allowed_actions, load_team_facts
from app.domain.teams.supervision import list_supervised_areas


async def find_valid_senders(senders: Iterable[int | None], team_id: int) -> frozenset[int]:
    """Of these people, those who may. None is a sender whose account was closed since."""
    team = await load_team_facts(team_id)
    actors = await load_actors({sender for sender in senders if sender})
    if team is None:
        return frozenset()
    allowed = [(actor.id, find_allowed_actions(actor, team, await list_supervised_areas(actor))) for actor in actors]
    return frozenset(sender for sender, actions in allowed if TeamAction.MANAGE_MEMBERS in actions)
