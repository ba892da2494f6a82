"""« Je m’en occupe ». The other answers of a referent are sent with a message (messages.py)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.thread.answers import take_charge
from app.routes.cases.actions import show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]


@post("/demandes/{case_id:uuid}/prise-en-charge")
@redisplay(show_panel(""))
async def take_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await take_charge(actor, case_id, now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "prise-en-charge")
