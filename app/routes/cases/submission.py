"""« Envoyer ma demande », once; and deleting a draft."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.saving import delete_draft
from app.domain.cases.draft.submission import submit
from app.domain.cases.draft.view import AlreadySent, load_draft
from app.routes.cases.wizard_check import show_check
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import leave_for, page, see, tell


async def show_refused_submission(refusal: Refusal, actor: Actor, draft_id: UUID, form: Form) -> Response[Any]:
    draft, chosen = await load_draft(actor, draft_id), form.many("collegues")
    return await show_check(actor, draft, chosen=chosen, errors=refusal.fields)


@post("/brouillons/{draft_id:uuid}/envoi")
@redisplay(show_refused_submission)
async def send(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    draft_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await submit(actor, draft_id, now, colleagues=form.numbers("collegues"))
    return leave_for(request, f"/demandes/{draft_id}", "envoyee")


@get("/brouillons/{draft_id:uuid}/suppression")
async def confirm_deletion(actor: NamedDependency[Actor], draft_id: FromPath[UUID]) -> Response[Any]:
    try:
        return page("wizard/suppression.html", draft=await load_draft(actor, draft_id))
    except AlreadySent:
        return see(f"/demandes/{draft_id}")


@post("/brouillons/{draft_id:uuid}/suppression")
async def remove_draft(
    actor: NamedDependency[Actor],
    draft_id: FromPath[UUID],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await delete_draft(actor, draft_id, now)
    return tell(see("/demandes?vue=brouillons"), "brouillon-supprime")
