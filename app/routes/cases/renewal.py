"""A new mandate on paper, for a suspended case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.suspension import renew_mandate
from app.domain.errors import Invalid
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.cases.wizard_mandate import read_mandate_day
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]
GESTURE = "mandat"


@get("/demandes/{case_id:uuid}/mandat")
async def show_renewal(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, GESTURE)


@post("/demandes/{case_id:uuid}/mandat")
@redisplay(show_panel(GESTURE))
async def renew_case_mandate(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    day, wrong = read_mandate_day(form.read_as_typed("signature"), now)
    if day is None:
        raise Invalid(signature=wrong or "Saisissez la date de signature du mandat.")
    await renew_mandate(actor, case_id, day, now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "mandat")
