"""/equipes/nouvelle: creating a team."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.teams.creation import list_organisation_choices, open_team, require_team_opener
from app.domain.teams.form import TeamCard
from app.domain.teams.refusals import list_helper_kinds
from app.domain.teams.team_areas import list_assignable_areas
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.routes.teams.team_form import (
    TeamFormValues,
    list_area_items,
    list_kind_items,
    list_saved_values,
    read_form_values,
    read_team_wish,
)

PATH = "/equipes/nouvelle"


async def _build_creation_page(actor: Actor, typed: TeamFormValues, **context: Any) -> Response[Any]:
    return build_page(
        "teams/creation.html",
        typed=typed,
        organisations=await list_organisation_choices(actor),
        areas=list_area_items(await list_assignable_areas(actor, None)),
        kinds=list_kind_items(await list_helper_kinds()),
        others=[],
        **context,
    )


@get(PATH)
async def show_new_team(actor: NamedDependency[Actor]) -> Response[Any]:
    require_team_opener(actor)
    everyone = frozenset(kind.id for kind in await list_helper_kinds())
    return await _build_creation_page(actor, list_saved_values(TeamCard(""), frozenset(), everyone))


async def _show_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _build_creation_page(actor, read_form_values(form), errors=refusal.fields)


@post(PATH)
@redisplay(_show_again)
async def create_team(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    require_team_opener(actor)
    team_id = await open_team(actor, form.read_number("organisme"), read_team_wish(form), now)
    return flash(redirect_after_post(f"/equipes/{team_id}"), "equipe-creee")
