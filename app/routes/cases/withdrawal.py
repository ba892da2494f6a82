"""Withdrawing a case that no referent has opened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]


@get("/demandes/{case_id:uuid}/retrait")
async def show_withdrawal(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, "retrait")


@post("/demandes/{case_id:uuid}/retrait")
@redisplay(show_panel("retrait"))
async def withdraw_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await withdraw(actor, case_id, now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "retiree")
