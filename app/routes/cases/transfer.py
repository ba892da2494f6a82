"""« Transférer » to the team that is competent in the area of the case."""

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
from app.domain.cases.lifecycle.transfer import list_transfer_choices, transfer
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]
GESTURE = "transfert"


async def load_transfer_teams(actor: Actor, case_id: UUID, form: Form | None = None) -> dict[str, Any]:
    """Also the reason, which a ready phrase may give (phrases.py)."""
    case = await load_visible_case(actor, case_id)
    teams = await list_transfer_choices(actor, case)
    return {"teams": teams, "leaving": find_leaving_seat(actor, case), "reason": ""}


@get("/demandes/{case_id:uuid}/transfert")
async def show_transfer(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, GESTURE, **await load_transfer_teams(actor, case_id))


@post("/demandes/{case_id:uuid}/transfert")
@redisplay(show_panel(GESTURE, load_transfer_teams))
async def transfer_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Redirects to the list: the actor's team does not have the case any more."""
    await load_visible_case(actor, case_id)  # a second press answers 410: the case has already left the team
    reason = form.read_text("motif", max_length=REASON_LENGTH)
    await transfer(actor, case_id, form.read_number("equipe"), reason, now, named=form.read_number("de"))
    return redirect_whole_page(request, "/demandes", "transferee")
