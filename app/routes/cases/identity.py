"""Correcting the citizen's name and birth date, on a case that was sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.citizen import Citizen, load_citizen
from app.domain.cases.lifecycle.identity import correct_identity
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.forms import MAX_FORM_BYTES, Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]
GESTURE = "identite"
_NAMES = ("prenom", "nom", "naissance")


async def _load_identity(actor: Actor, case_id: UUID, form: Form | None = None) -> dict[str, Any]:
    """Each field has what is known now. A form that is shown again keeps what was typed in it.

    A field that the person left as it was shown takes the value of now. `news`: what it is now, where it changed since.
    """
    await load_readable_case(actor, case_id)
    citizen = await load_citizen(case_id)
    known = dict(zip(_NAMES, (citizen.first_name, citizen.last_name, citizen.birth), strict=True))
    if form is None:
        return {"known": known, "values": known, "news": {}}
    shown, typed = _read_identity(form, "vu-"), _read_identity(form)
    return {
        "known": known,
        "values": {name: known[name] if typed[name] == shown[name] else typed[name] for name in _NAMES},
        "news": {name: value for name, value in known.items() if value != shown[name]},
    }


def _read_identity(form: Form, prefix: str = "") -> dict[str, str]:
    return {name: form.read_as_typed(f"{prefix}{name}") for name in _NAMES}


@get("/demandes/{case_id:uuid}/identite")
async def show_identity(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, GESTURE, **await _load_identity(actor, case_id))


@post("/demandes/{case_id:uuid}/identite")
@redisplay(show_panel(GESTURE, _load_identity))
async def correct_case_identity(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    typed = Citizen(*(form.read_text(name, max_length=MAX_FORM_BYTES) for name in _NAMES))
    shown = Citizen(*_read_identity(form, "vu-").values())
    corrected = await correct_identity(actor, case_id, shown, typed, now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "identite" if corrected else "identite-inchangee")
