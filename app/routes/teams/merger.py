"""/equipes/{id}/fusion: which team takes the place, what moves, then one confirmation."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.reorganisation.holdings import holdings_of
from app.domain.reorganisation.merger import OFFERED, merge_teams, mergers_offered
from app.domain.teams.detail import load_team
from app.domain.teams.permissions import TeamAction, TeamFacts, allowed_team
from app.routes.forms import Form
from app.routes.query_params import Query
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell
from app.routes.teams.deps import provide_team

PATH = "/equipes/{team_id:int}/fusion"


async def _choose(actor: Actor, team: TeamFacts, words: str, errors: dict[str, str]) -> Response[Any]:
    offered = await mergers_offered(actor, team, words)
    return page("teams/merger.html", team=team, words=words, offered=offered, most=OFFERED, errors=errors)


@get(PATH, dependencies=provide_team(TeamAction.MERGE))
async def show_merger(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], team: NamedDependency[TeamFacts]
) -> Response[Any]:
    """Without a chosen team, the search; with one, exactly what will move."""
    query = Query(request.query_params)
    chosen = query.number("avec")
    if chosen is None:
        return await _choose(actor, team, query.text("q"), {})
    into = await allowed_team(actor, chosen, TeamAction.MERGE)
    return page(
        "teams/merger_preview.html",
        team=await load_team(team),
        into=await load_team(into),
        held=await holdings_of(team),
    )


async def _show_again(refusal: Refusal, actor: Actor, team: TeamFacts) -> Response[Any]:
    return await _choose(actor, team, "", refusal.one_field("avec"))


@post(PATH, dependencies=provide_team(TeamAction.MERGE))
@redisplay(_show_again)
async def merge(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    team: NamedDependency[TeamFacts],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    into = form.number("avec")
    await merge_teams(actor, team.id, into, now)
    return tell(see(f"/equipes/{into}"), "equipe-reunie")
