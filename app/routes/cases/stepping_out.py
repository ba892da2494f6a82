"""« Ne plus suivre »: the actor's team steps out of the case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.joining import REASON_LENGTH
from app.domain.cases.lifecycle.leaving_team import find_leaving_seat
from app.domain.cases.lifecycle.stepping_out import step_out
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]
GESTURE = "sortie"


@get("/demandes/{case_id:uuid}/sortie")
async def show_stepping_out(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, GESTURE, **await _load_seat(actor, case_id))


async def _load_seat(actor: Actor, case_id: UUID, form: Form | None = None) -> dict[str, Any]:
    return {"leaving": find_leaving_seat(actor, await load_visible_case(actor, case_id))}


@post("/demandes/{case_id:uuid}/sortie")
@redisplay(show_panel(GESTURE, _load_seat))
async def step_out_of_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Redirects to the list: the actor's team does not read the case any more."""
    await load_visible_case(actor, case_id)  # a second press answers 410: the team has already stepped out
    reason = form.read_text("motif", max_length=REASON_LENGTH)
    await step_out(actor, case_id, reason, now, named=form.read_number("de"))
    return redirect_whole_page(request, "/demandes", "sortie")
