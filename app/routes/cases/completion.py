"""Completing what identifies the citizen, on a case already sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import visible_case
from app.domain.cases.draft.view import details_of
from app.domain.cases.lifecycle.completion import VALUE_LENGTH, complete
from app.domain.catalogue.fields import further_labels
from app.domain.catalogue.warnings import doubt_of
from app.routes.cases.gestures import panel, show_panel
from app.routes.forms import Form
from app.routes.redisplay import redisplay
from app.routes.respond import leave_for

Req = Request[Any, Any, Any]
GESTURE = "complement"


async def _load_labels(actor: Actor, case_id: UUID, form: Form | None = None) -> dict[str, Any]:
    await visible_case(actor, case_id)
    present = [detail.label for detail in await details_of(case_id)]
    return {"fields": [*present, *(label for label in await further_labels() if label not in present)]}


@get("/demandes/{case_id:uuid}/complement")
async def show_completion(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await panel(request, actor, case_id, GESTURE, **await _load_labels(actor, case_id))


@post("/demandes/{case_id:uuid}/complement")
@redisplay(show_panel(GESTURE, _load_labels))
async def complete_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    label, value = form.typed("champ"), form.text("valeur", most=VALUE_LENGTH)
    await complete(actor, case_id, label, value, now)
    return leave_for(request, f"/demandes/{case_id}", "complement-douteux" if doubt_of(label, value) else "complement")
