"""/equipes/{id}/fermeture: what closing changes, or what prevents it; then one confirmation."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.reorganisation.team_closure import close_team
from app.domain.reorganisation.team_contents import count_team_contents
from app.domain.teams.permissions import TeamAction, TeamFacts
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.routes.teams.deps import provide_team

PATH = "/equipes/{team_id:int}/fermeture"


async def _build_closure_page(team: TeamFacts, errors: dict[str, str]) -> Response[Any]:
    return build_page("teams/closure.html", team=team, held=await count_team_contents(team), errors=errors)


@get(PATH, dependencies=provide_team(TeamAction.CLOSE))
async def show_closure(team: NamedDependency[TeamFacts]) -> Response[Any]:
    return await _build_closure_page(team, {})


async def _show_again(refusal: Refusal, team: TeamFacts) -> Response[Any]:
    return await _build_closure_page(team, refusal.one_field("reunir"))


@post(PATH, dependencies=provide_team(TeamAction.CLOSE))
@redisplay(_show_again)
async def confirm_closure(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    team: NamedDependency[TeamFacts],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await close_team(actor, team.id, now)
    return flash(redirect_after_post(f"/equipes/{team.id}"), "equipe-fermee")
