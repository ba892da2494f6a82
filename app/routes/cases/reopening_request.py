"""« Demander de rouvrir »: a referent's word on a closed case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.joining import REASON_LENGTH
from app.domain.cases.lifecycle.reopening_request import ask_reopening
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]
GESTURE = "a-rouvrir"


@get("/demandes/{case_id:uuid}/a-rouvrir")
async def show_reopening_request(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, GESTURE)


@post("/demandes/{case_id:uuid}/a-rouvrir")
@redisplay(show_panel(GESTURE))
async def send_reopening_request(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await ask_reopening(actor, case_id, form.read_text("mot", max_length=REASON_LENGTH), now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "a-rouvrir")
