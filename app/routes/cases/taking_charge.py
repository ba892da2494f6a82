"""« Je m’en occupe », « Rendre la demande », « Confier à un collègue »."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.absences.absence import is_absent
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.assignment import assign, give_back, load_assignment_choices, take_charge
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]
TAKING, GIVING = "prise-en-charge", "attribution"


async def _load_choices(actor: Actor, case_id: UUID, form: Form | None = None) -> dict[str, Any]:
    return {"colleagues": await load_assignment_choices(actor, case_id)}


@get("/demandes/{case_id:uuid}/prise-en-charge")
async def show_taking(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await _ask_first(request, actor, case_id)


async def _ask_first(request: Req, actor: Actor, case_id: UUID) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, TAKING, **await _load_choices(actor, case_id))


@post("/demandes/{case_id:uuid}/prise-en-charge")
@redisplay(show_panel(""))
async def take_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Asks first if a colleague has the case, unless the form names them, or they are absent."""
    instead_of = form.read_number("a_la_place_de")
    holder = (await load_assignment_choices(actor, case_id)).holder
    if holder is not None and holder.id != instead_of and not await is_absent(holder.id, now):
        return await _ask_first(request, actor, case_id)
    await take_charge(actor, case_id, now, instead_of=instead_of)
    return redirect_whole_page(request, f"/demandes/{case_id}", "prise-en-charge")


@post("/demandes/{case_id:uuid}/restitution")
@redisplay(show_panel(""))
async def give_case_back(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await give_back(actor, case_id, now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "restitution")


@get("/demandes/{case_id:uuid}/attribution")
async def show_assignment(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, GIVING, **await _load_choices(actor, case_id))


@post("/demandes/{case_id:uuid}/attribution")
@redisplay(show_panel(GIVING, _load_choices))
async def assign_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await assign(actor, case_id, form.read_number("personne"), now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "attribution")
