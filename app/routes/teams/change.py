"""/equipes/{id}/modification: the team's card, territories, and who may write to it."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.teams.change import change_team
from app.domain.teams.form import load_card
from app.domain.teams.permissions import TeamAction, TeamFacts, visible_team
from app.domain.teams.refusals import helper_kinds, refused_helpers
from app.domain.teams.territories import areas_to_give
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell
from app.routes.teams.card import Typed, area_items, kind_items, shown, typed_in, wish_of
from app.routes.teams.deps import provide_team

PATH = "/equipes/{team_id:int}/modification"


async def _show(actor: Actor, team: TeamFacts, typed: Typed, **context: Any) -> Response[Any]:
    allowed = (await visible_team(actor, team.id))[1]
    areas = await areas_to_give(actor) if TeamAction.PLACE in allowed else []
    given = {area.code for area in areas}
    return page(
        "teams/change.html",
        team=team,
        typed=typed,
        areas=area_items(areas),
        others=sorted(team.areas - given),
        kinds=kind_items(await helper_kinds()) if team.answers else [],
        **context,
    )


@get(PATH, dependencies=provide_team(TeamAction.EDIT))
async def show_change(actor: NamedDependency[Actor], team: NamedDependency[TeamFacts]) -> Response[Any]:
    refused = await refused_helpers(team.id)
    welcome = frozenset(kind.id for kind in await helper_kinds()) - refused
    return await _show(actor, team, shown(await load_card(team.id), team.areas, welcome))


async def _show_again(refusal: Refusal, actor: Actor, team: TeamFacts, form: Form) -> Response[Any]:
    return await _show(actor, team, typed_in(form), errors=refusal.one_field("nom"))


@post(PATH, dependencies=provide_team(TeamAction.EDIT))
@redisplay(_show_again)
async def change(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    team: NamedDependency[TeamFacts],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await change_team(actor, team.id, wish_of(form), now)
    return tell(see(f"/equipes/{team.id}"), "equipe-modifiee")
