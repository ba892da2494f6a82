"""The wizard: one address for each step. A post saves what is valid, then shows what is missing.

« enregistrer » marks an autosave, which saves and requires nothing. A text that another page has saved since is never
replaced: both are kept and shown (app/domain/cases/form_saves.py).
"""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import AlreadySent, Draft, load_editable_draft, read_draft
from app.domain.cases.draft.locked_draft import LockedDraft
from app.domain.cases.draft.step_saves import list_step_saves, save_step
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.form_saves import Fields, SaveDecision
from app.domain.errors import Invalid, NotFound
from app.routes.cases.form_saves import read_page_key, read_posted_save, read_text_choice
from app.routes.cases.wizard_choices import is_continuing, read_origin
from app.routes.cases.wizard_next import follow_step, list_step_problems, stay_on_step
from app.routes.cases.wizard_other_texts import apply_posted, build_already_sent_page, list_other_texts, make_form
from app.routes.cases.wizard_page import STEP_FORMS, SaveForm, build_step_or_check, build_step_page, parse_step
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, read_requested_path

Req = Request[Any, Any, Any]


def _find_save_form(name: str) -> SaveForm:
    """Raises NotFound for the check page, which saves nothing."""
    step = parse_step(name)
    if step not in STEP_FORMS:
        raise NotFound("Cette page n’enregistre rien : revenez à l’étape.")
    return STEP_FORMS[step][1]


@get("/brouillons/{draft_id:uuid}/{step:str}")
async def show_step(
    request: Req, actor: NamedDependency[Actor], draft_id: FromPath[UUID], step: FromPath[str]
) -> Response[Any]:
    return await build_step_or_check(request, actor, draft_id, step, read_requested_path(request))


@post("/brouillons/{draft_id:uuid}/{step:str}")
async def save_step_form(
    request: Req,
    actor: NamedDependency[Actor],
    draft_id: FromPath[UUID],
    step: FromPath[str],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return await save_posted_step(request, actor, draft_id, step, form, now, {})


async def save_posted_step(
    request: Req, actor: Actor, draft_id: UUID, step: str, form: Form, now: datetime, refused: Problems
) -> Response[Any]:
    """refused holds the errors of the files that the route has received (wizard_files.py)."""
    try:
        former = await load_editable_draft(actor, draft_id)
        write = partial(_write_step, _find_save_form(step), actor, former, form, now)
        decision, kept_wrong = await save_step(actor, draft_id, parse_step(step), read_posted_save(form), now, write)
        wrong = {**kept_wrong, **refused}
        draft = await load_editable_draft(actor, draft_id)
    except AlreadySent:
        return await build_already_sent_page(request, actor, draft_id, form)
    if form.has_field("enregistrer"):
        return await _answer_autosave(actor, draft_id, WizardStep(step), read_page_key(form), decision)
    if read_text_choice(form):
        return await stay_on_step(request, draft, WizardStep(step), form, {})
    if decision is SaveDecision.COPY:
        return await _show_both_texts(request, draft, WizardStep(step), form)
    if not is_continuing(form):
        return await stay_on_step(request, draft, WizardStep(step), form, wrong)
    return await _leave_step(
        request=request, actor=actor, former=former, draft=draft, step=WizardStep(step), form=form, wrong=wrong
    )


async def show_refused_step(
    refusal: Refusal, request: Req, draft: Draft, step: WizardStep, form: Form
) -> Response[Any]:
    return await build_step_page(request, draft, step, form, refusal.fields)


@redisplay(show_refused_step)
async def _leave_step(
    request: Req, actor: Actor, former: Draft, draft: Draft, step: WizardStep, form: Form, wrong: Problems
) -> Response[Any]:
    """The step is already saved here. Raises Invalid, so that its form is shown again, when an answer is missing."""
    if missing := {**await list_step_problems(draft, step), **wrong}:
        raise Invalid(**missing)
    return await follow_step(request, actor, former, draft, step, read_origin(request, form))


async def _write_step(
    keeping: SaveForm, actor: Actor, draft: Draft, form: Form, now: datetime, held: LockedDraft, fields: Fields
) -> Problems:
    """Saves the posted form or, when the person has chosen between two texts, the fields of the chosen one."""
    if not read_text_choice(form):
        return await keeping(actor, held, draft, form, now)
    today = await read_draft(held.id)
    return await keeping(actor, held, today, make_form(fields, today), now)


async def _answer_autosave(
    actor: Actor, draft_id: UUID, step: WizardStep, key: str, decision: SaveDecision
) -> Response[Any]:
    """204 when the form is saved. 202, with the text of the other page, when both are saved."""
    if decision is not SaveDecision.COPY:
        return Response(None, status_code=204)
    saves = await list_step_saves(actor, draft_id, step)
    found = await list_other_texts(actor, draft_id, step, saves, key)
    return build_page("wizard/_kept_elsewhere.html", status=202, kept_elsewhere=found)


async def _show_both_texts(request: Req, draft: Draft, step: WizardStep, form: Form) -> Response[Any]:
    """409: the person must choose between the text of this page and that of the other one before the step continues."""
    answer = await build_step_page(request, apply_posted(draft, form), step, form, {})
    answer.status_code = 409
    return answer
