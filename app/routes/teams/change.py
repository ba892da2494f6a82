"""/equipes/{id}/modification: the description of a team, its areas, and which agents may write to it."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.teams.change import change_team
from app.domain.teams.form import load_card
from app.domain.teams.permissions import TeamAction, TeamFacts, load_visible_team
from app.domain.teams.refusals import list_helper_kinds, list_refused_helpers
from app.domain.teams.team_areas import list_assignable_areas
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.routes.teams.deps import provide_team
from app.routes.teams.team_form import (
    TeamFormValues,
    list_area_items,
    list_kind_items,
    list_saved_values,
    read_form_values,
    read_team_wish,
)

PATH = "/equipes/{team_id:int}/modification"


async def _build_change_page(actor: Actor, team: TeamFacts, typed: TeamFormValues, **context: Any) -> Response[Any]:
    allowed = (await load_visible_team(actor, team.id))[1]
    areas = await list_assignable_areas(actor, team.organisation_id) if TeamAction.CHOOSE_AREAS in allowed else []
    given = {area.code for area in areas}
    return build_page(
        "teams/change.html",
        team=team,
        typed=typed,
        areas=list_area_items(areas),
        others=sorted(team.areas - given),
        kinds=list_kind_items(await list_helper_kinds()) if team.receives_cases else [],
        **context,
    )


@get(PATH, dependencies=provide_team(TeamAction.EDIT))
async def show_change(actor: NamedDependency[Actor], team: NamedDependency[TeamFacts]) -> Response[Any]:
    refused = await list_refused_helpers(team.id)
    welcome = frozenset(kind.id for kind in await list_helper_kinds()) - refused
    return await _build_change_page(actor, team, list_saved_values(await load_card(team.id), team.areas, welcome))


async def _show_again(refusal: Refusal, actor: Actor, team: TeamFacts, form: Form) -> Response[Any]:
    return await _build_change_page(actor, team, read_form_values(form), errors=refusal.one_field("nom"))


@post(PATH, dependencies=provide_team(TeamAction.EDIT))
@redisplay(_show_again)
async def save_team_change(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    team: NamedDependency[TeamFacts],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await change_team(actor, team.id, read_team_wish(form), now)
    return flash(redirect_after_post(f"/equipes/{team.id}"), "equipe-modifiee")
