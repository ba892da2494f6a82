"""« Nouvelle demande »: the first page of the wizard. The draft is made by the post, under the form's own id."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.saving import begin_draft
from app.domain.cases.draft.steps import WizardStep, place_of
from app.domain.cases.draft.view import Mode, drafts_of
from app.domain.errors import Refused
from app.routes.cases.wizard_next import go_on
from app.routes.cases.wizard_plain import MODES
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page


async def start_page(actor: Actor, **context: Any) -> Response[Any]:
    if not actor.opens_cases:
        raise Refused("Seuls les membres d’une structure aidante, comme une France Services, ouvrent des demandes.")
    return page(
        "wizard/mode.html",
        action="/demandes/nouvelle",
        place=place_of(WizardStep.MODE, Mode.GUIDED),
        modes=MODES,
        seats=[seat for seat in actor.seats if seat.team_id in actor.teams(seat.side) and seat.side == "agent"],
        drafts=await drafts_of(actor),
        **{"draft_id": uuid4(), "mode": Mode.GUIDED.value, "came": "", "skipped": [], **context},
    )


@get("/demandes/nouvelle")
async def show_start(actor: NamedDependency[Actor]) -> Response[Any]:
    return await start_page(actor)


async def show_refused_start(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await start_page(actor, errors=refusal.fields, draft_id=form.uuid("brouillon"), mode=form.typed("mode"))


@post("/demandes/nouvelle")
@redisplay(show_refused_start)
async def start(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    draft_id, mode = form.uuid("brouillon"), form.text("mode")
    teams = form.numbers("equipe")
    await begin_draft(actor, draft_id, team_id=teams[0] if teams else None, mode=mode, now=now)
    return await go_on(request, actor, draft_id, place_of(WizardStep.MODE, Mode(mode)).after)
