"""What a page of a team asks for: the team of its address, once its right is known."""

from litestar.di import NamedDependency, Provide

from app.domain.accounts.actor import Actor
from app.domain.teams.permissions import TeamAction, TeamFacts, allowed_team
from app.routes.deps import RowId


def provide_team(action: TeamAction) -> dict[str, Provide]:
    """A handler's `team`, to which the actor may do `action`. Raises NotFound, Refused, Conflict (closed)."""

    async def provide(actor: NamedDependency[Actor], team_id: RowId) -> TeamFacts:
        return await allowed_team(actor, team_id, action)

    return {"team": Provide(provide)}
