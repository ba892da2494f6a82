"""« Demande suivante à traiter »: the first case of the actor's list to handle, beside the one that they leave."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.routes.home import find_home, has_case_list
from app.routes.respond import flash, redirect_after_post

Req = Request[Any, Any, Any]


@get("/demandes/suivante")
async def open_next_case(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    """Redirects to it, or to the list when there is none. « apres » is the id of the case to leave out."""
    if not has_case_list(actor):
        return redirect_after_post(find_home(actor))
    left = request.query_params.get("apres", "")
    rows = (await list_cases(actor, Filters(view=View.TO_HANDLE), now)).rows
    following = next((row.id for row in rows if str(row.id) != left), None)
    if following:
        return redirect_after_post(f"/demandes/{following}")
    return flash(redirect_after_post(f"/demandes?vue={View.TO_HANDLE}"), "rien-a-traiter")
