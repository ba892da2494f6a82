"""The team of an address, as a dependency of handlers."""

from litestar.di import NamedDependency, Provide

from app.domain.accounts.actor import Actor
from app.domain.teams.permissions import TeamAction, TeamFacts, load_team_for_action
from app.routes.deps import RowId


def provide_team(action: TeamAction) -> dict[str, Provide]:
    """The dependency `team`, on which the actor may do the action. Raises NotFound, Forbidden, Conflict (closed)."""

    async def provide(actor: NamedDependency[Actor], team_id: RowId) -> TeamFacts:
        return await load_team_for_action(actor, team_id, action)

    return {"team": Provide(provide)}
