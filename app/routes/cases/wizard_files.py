"""The steps that accept files: the pages and rules of the wizard, with a larger limit for the form."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import AlreadySent, load_editable_draft
from app.domain.cases.draft.steps import Problems, WizardStep
from app.routes.cases.uploads import MAX_FORM_WITH_FILES, discard_chosen_files, receive_uploads
from app.routes.cases.wizard import save_posted_step
from app.routes.cases.wizard_page import build_step_or_check
from app.routes.forms import Form
from app.routes.middleware import upload_guards
from app.routes.respond import read_last_segment, read_requested_path

Req = Request[Any, Any, Any]
PATHS = [f"/brouillons/{{draft_id:uuid}}/{step}" for step in (WizardStep.PROBLEM, WizardStep.MANDATE)]


@get(PATHS)
async def show_step_with_files(request: Req, actor: NamedDependency[Actor], draft_id: FromPath[UUID]) -> Response[Any]:
    return await build_step_or_check(request, actor, draft_id, read_last_segment(request), read_requested_path(request))


@post(PATHS, guards=[upload_guards.require_case_writing], request_max_body_size=MAX_FORM_WITH_FILES)
async def save_step_with_files(
    request: Req,
    actor: NamedDependency[Actor],
    draft_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    step = read_last_segment(request)
    refused = await _receive_files(request, actor, draft_id, form, now, mandate=step == WizardStep.MANDATE)
    return await save_posted_step(request, actor, draft_id, step, form, now, refused)


async def _receive_files(
    request: Req, actor: Actor, draft_id: UUID, form: Form, now: datetime, *, mandate: bool
) -> Problems:
    """Errors by field. A form that is posted after its draft was sent adds no file to the case."""
    try:
        await load_editable_draft(actor, draft_id)
    except AlreadySent:
        return {}
    await discard_chosen_files(actor, form)
    return (await receive_uploads(request, actor, draft_id, form, now, mandate=mandate)).errors
