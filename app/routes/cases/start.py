"""« Nouvelle demande »: the first page of the wizard. Its form has the id of the draft: posted twice, it makes one."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import WizardMode, list_drafts
from app.domain.cases.draft.saving import create_draft
from app.domain.cases.draft.steps import WizardStep, find_step_position
from app.domain.errors import Forbidden
from app.routes.cases.wizard_next import go_to_step
from app.routes.cases.wizard_plain import MODES
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page


async def build_start_page(actor: Actor, **context: Any) -> Response[Any]:
    if not actor.may_open_cases:
        raise Forbidden("Seuls les membres d’une structure aidante, comme une France Services, ouvrent des demandes.")
    return build_page(
        "wizard/mode.html",
        action="/demandes/nouvelle",
        place=find_step_position(WizardStep.MODE, WizardMode.GUIDED),
        modes=MODES,
        seats=[seat for seat in actor.seats if seat.team_id in actor.list_teams(seat.side) and seat.side == "agent"],
        drafts=await list_drafts(actor),
        **{"draft_id": uuid4(), "mode": WizardMode.GUIDED.value, "came": "", "skipped": [], **context},
    )


@get("/demandes/nouvelle")
async def show_start(actor: NamedDependency[Actor]) -> Response[Any]:
    return await build_start_page(actor)


async def show_refused_start(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await build_start_page(
        actor, errors=refusal.fields, draft_id=form.read_uuid("brouillon"), mode=form.read_as_typed("mode")
    )


@post("/demandes/nouvelle")
@redisplay(show_refused_start)
async def start_draft(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    draft_id, mode = form.read_uuid("brouillon"), form.read_text("mode")
    teams = form.read_numbers("equipe")
    await create_draft(actor, draft_id, team_id=teams[0] if teams else None, mode=mode, now=now)
    return await go_to_step(request, actor, draft_id, find_step_position(WizardStep.MODE, WizardMode(mode)).next_step)
