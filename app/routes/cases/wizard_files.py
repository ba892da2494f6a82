"""The steps that take files: the same pages and the same rules as any step of the wizard, with a heavier form."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.draft.view import AlreadySent, load_draft
from app.routes.cases.uploads import WITH_FILES, drop_chosen, keep_files
from app.routes.cases.wizard import keep
from app.routes.cases.wizard_page import one_step
from app.routes.forms import Form
from app.routes.middleware import before_body
from app.routes.respond import last_word, own_path

Req = Request[Any, Any, Any]
PATHS = [f"/brouillons/{{draft_id:uuid}}/{step}" for step in (WizardStep.PROBLEM, WizardStep.MANDATE)]


@get(PATHS)
async def show_step_with_files(request: Req, actor: NamedDependency[Actor], draft_id: FromPath[UUID]) -> Response[Any]:
    return await one_step(request, actor, draft_id, last_word(request), own_path(request))


@post(PATHS, guards=[before_body.writes_on_case], request_max_body_size=WITH_FILES)
async def keep_step_with_files(
    request: Req,
    actor: NamedDependency[Actor],
    draft_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    step = last_word(request)
    refused = await _keep_files(request, actor, draft_id, form, now, mandate=step == WizardStep.MANDATE)
    return await keep(request, actor, draft_id, step, form, now, refused)


async def _keep_files(
    request: Req, actor: Actor, draft_id: UUID, form: Form, now: datetime, *, mandate: bool
) -> Problems:
    """What was refused, beside what the step itself lacks. A form sent after its draft adds nothing to the case."""
    try:
        await load_draft(actor, draft_id)
    except AlreadySent:
        return {}
    await drop_chosen(actor, form)
    return (await keep_files(request, actor, draft_id, form, now, mandate=mandate)).refused
