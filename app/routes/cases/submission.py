"""« Envoyer ma demande », and deleting a draft."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import AlreadySent, load_editable_draft
from app.domain.cases.draft.saving import delete_draft
from app.domain.cases.draft.submission import submit
from app.routes.cases.wizard_check import build_check_page
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post, redirect_whole_page


async def show_refused_submission(
    refusal: Refusal, actor: Actor, draft_id: UUID, form: Form, now: datetime
) -> Response[Any]:
    draft, chosen = await load_editable_draft(actor, draft_id), form.read_texts("collegues")
    return await build_check_page(actor, draft, now, chosen=chosen, errors=refusal.fields)


@post("/brouillons/{draft_id:uuid}/envoi")
@redisplay(show_refused_submission)
async def submit_draft(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    draft_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await submit(actor, draft_id, now, colleagues=form.read_numbers("collegues"))
    return redirect_whole_page(request, f"/demandes/{draft_id}", "envoyee")


@get("/brouillons/{draft_id:uuid}/suppression")
async def confirm_deletion(actor: NamedDependency[Actor], draft_id: FromPath[UUID]) -> Response[Any]:
    try:
        return build_page("wizard/suppression.html", draft=await load_editable_draft(actor, draft_id))
    except AlreadySent:
        return redirect_after_post(f"/demandes/{draft_id}")


@post("/brouillons/{draft_id:uuid}/suppression")
async def remove_draft(
    actor: NamedDependency[Actor],
    draft_id: FromPath[UUID],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await delete_draft(actor, draft_id, now)
    return flash(redirect_after_post("/demandes?vue=brouillons"), "brouillon-supprime")
