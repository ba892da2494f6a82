"""/equipes/{id}/fusion: choosing the team that remains, a preview of what moves, then one confirmation."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.reorganisation.merger import MAX_CHOICES, list_merger_choices, merge_teams
from app.domain.reorganisation.team_contents import count_team_contents
from app.domain.teams.detail import load_team
from app.domain.teams.permissions import TeamAction, TeamFacts, load_team_for_action
from app.routes.forms import Form
from app.routes.query_params import QueryParams
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.routes.teams.deps import provide_team

PATH = "/equipes/{team_id:int}/fusion"


async def _build_choice_page(actor: Actor, team: TeamFacts, words: str, errors: dict[str, str]) -> Response[Any]:
    offered = await list_merger_choices(actor, team, words)
    return build_page("teams/merger.html", team=team, words=words, offered=offered, most=MAX_CHOICES, errors=errors)


@get(PATH, dependencies=provide_team(TeamAction.MERGE))
async def show_merger(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], team: NamedDependency[TeamFacts]
) -> Response[Any]:
    """The search, or the preview once a team is chosen."""
    query = QueryParams(request.query_params)
    chosen = query.read_number("avec")
    if chosen is None:
        return await _build_choice_page(actor, team, query.read_text("q"), {})
    into = await load_team_for_action(actor, chosen, TeamAction.MERGE)
    return build_page(
        "teams/merger_preview.html",
        team=await load_team(team),
        into=await load_team(into),
        held=await count_team_contents(team),
    )


async def _show_again(refusal: Refusal, actor: Actor, team: TeamFacts) -> Response[Any]:
    return await _build_choice_page(actor, team, "", refusal.one_field("avec"))


@post(PATH, dependencies=provide_team(TeamAction.MERGE))
@redisplay(_show_again)
async def confirm_merger(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    team: NamedDependency[TeamFacts],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    into = form.read_number("avec")
    await merge_teams(actor, team.id, into, now)
    return flash(redirect_after_post(f"/equipes/{into}"), "equipe-reunie")
