"""/equipes/{id}/fermeture: what will happen, or why it cannot and what to do; then one confirmation."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.reorganisation.holdings import holdings_of
from app.domain.reorganisation.team_closure import close_team
from app.domain.teams.permissions import TeamAction, TeamFacts
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell
from app.routes.teams.deps import provide_team

PATH = "/equipes/{team_id:int}/fermeture"


async def _show(team: TeamFacts, errors: dict[str, str]) -> Response[Any]:
    return page("teams/closure.html", team=team, held=await holdings_of(team), errors=errors)


@get(PATH, dependencies=provide_team(TeamAction.CLOSE))
async def show_closure(team: NamedDependency[TeamFacts]) -> Response[Any]:
    return await _show(team, {})


async def _show_again(refusal: Refusal, team: TeamFacts) -> Response[Any]:
    return await _show(team, refusal.one_field("reunir"))


@post(PATH, dependencies=provide_team(TeamAction.CLOSE))
@redisplay(_show_again)
async def close(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    team: NamedDependency[TeamFacts],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await close_team(actor, team.id, now)
    return tell(see(f"/equipes/{team.id}"), "equipe-fermee")
