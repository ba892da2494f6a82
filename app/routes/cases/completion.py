"""Completing the fields about the citizen, on a case that was sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.draft import load_details
from app.domain.cases.lifecycle.completion import VALUE_LENGTH, complete
from app.domain.catalogue.fields import list_further_labels
from app.domain.catalogue.warnings import find_warning
from app.routes.cases.actions import build_action_panel, show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import redirect_whole_page

Req = Request[Any, Any, Any]
GESTURE = "complement"


async def _load_labels(actor: Actor, case_id: UUID, form: Form | None = None) -> dict[str, Any]:
    await load_visible_case(actor, case_id)
    present = [detail.label for detail in await load_details(case_id)]
    return {"fields": [*present, *(label for label in await list_further_labels() if label not in present)]}


@get("/demandes/{case_id:uuid}/complement")
async def show_completion(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_action_panel(request, actor, case_id, GESTURE, **await _load_labels(actor, case_id))


@post("/demandes/{case_id:uuid}/complement")
@redisplay(show_panel(GESTURE, _load_labels))
async def complete_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    label, value = form.read_as_typed("champ"), form.read_text("valeur", max_length=VALUE_LENGTH)
    await complete(actor, case_id, label, value, now)
    return redirect_whole_page(
        request, f"/demandes/{case_id}", "complement-douteux" if find_warning(label, value) else "complement"
    )
