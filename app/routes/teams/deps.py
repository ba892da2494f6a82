"""What a page of a team asks for: the team of its address, once its right is known."""

from litestar.di import NamedDependency, Provide

from app.domain.accounts.actor import Actor
from app.domain.teams.permissions import TeamAction, TeamFacts, load_team_for_action
from app.routes.deps import RowId


def provide_team(action: TeamAction) -> dict[str, Provide]:
    """A handler's `team`, to which the actor may do `action`. Raises NotFound, Refused, Conflict (closed)."""

    async def provide(actor: NamedDependency[Actor], team_id: RowId) -> TeamFacts:
        return await load_team_for_action(actor, team_id, action)

    return {"team": Provide(provide)}
