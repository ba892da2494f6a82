"""Inviting a team, an expert or colleagues to a case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.invitation import (
    invite_colleagues,
    invite_expert,
    invite_team,
    list_invitable_colleagues,
)
from app.domain.cases.lifecycle.joining import REASON_LENGTH, find_case_area, list_areas, list_joinable_teams
from app.domain.errors import Invalid
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]
OTHER_AREA_CHOSEN = "Vous avez choisi un autre territoire : rien n’est parti."
CHOOSE_ITS_TEAMS = " Choisissez parmi ses équipes."


async def _load_team_choices(actor: Actor, case_id: UUID, area: str) -> dict[str, Any]:
    """The teams of the area; of the case's own area when none is chosen."""
    case = await load_visible_case(actor, case_id)
    areas = await list_areas()
    code = area if area in dict(areas) else await find_case_area(case_id)
    return {"teams": await list_joinable_teams(case, area=code), "areas": areas, "area": code}


@get("/demandes/{case_id:uuid}/organisme")
async def show_team_invitation(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    area = request.query_params.get("territoire", "")
    return await build_action_panel(
        request, actor, case_id, "organisme", **await _load_team_choices(actor, case_id, area)
    )


async def _load_typed_teams(actor: Actor, case_id: UUID, form: Form) -> dict[str, Any]:
    return await _load_team_choices(actor, case_id, form.read_as_typed("territoire"))


@post("/demandes/{case_id:uuid}/organisme")
@redisplay(show_panel("organisme", _load_typed_teams))
async def send_team_invitation(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    teams = await _load_typed_teams(actor, case_id, form)
    if form.has_field("voir"):
        return await build_action_panel(request, actor, case_id, "organisme", form=form, **teams)
    if form.has_field("montre") and form.read_as_typed("montre") != teams["area"]:
        raise Invalid(equipe=OTHER_AREA_CHOSEN + (CHOOSE_ITS_TEAMS if teams["teams"] else ""))
    reason, opinion = form.read_text("motif", max_length=REASON_LENGTH), form.has_field("avis")
    await invite_team(actor, case_id, form.read_number("equipe"), reason, now, opinion=opinion)
    return redirect_whole_page(request, f"/demandes/{case_id}", "invitation")


@get("/demandes/{case_id:uuid}/expert")
async def show_expert_invitation(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, "expert")


@post("/demandes/{case_id:uuid}/expert")
@redisplay(show_panel("expert"))
async def send_expert_invitation(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await invite_expert(actor, case_id, form.read_text("motif", max_length=REASON_LENGTH), now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "invitation")


async def list_colleague_choices(actor: Actor, case_id: UUID) -> list[dict[str, object]]:
    """Colleagues of the team of the case or the draft, without the actor."""
    case = await load_visible_case(actor, case_id)
    return [
        {"value": found["id"], "label": f"{found['first_name']} {found['last_name']}"}
        for found in await list_invitable_colleagues(case.team_id, case)
        if found["id"] != actor.id
    ]


async def _load_colleagues(actor: Actor, case_id: UUID, form: Form | None = None) -> dict[str, Any]:
    return {"people": await list_colleague_choices(actor, case_id)}


@get("/demandes/{case_id:uuid}/collegues")
async def show_colleague_invitation(
    request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]
) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, "collegues", **await _load_colleagues(actor, case_id))


@post("/demandes/{case_id:uuid}/collegues")
@redisplay(show_panel("collegues", _load_colleagues))
async def send_colleague_invitation(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await invite_colleagues(actor, case_id, set(form.read_numbers("collegues")), now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "invitation")
