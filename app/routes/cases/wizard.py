"""The wizard's pages: one step, one address. Each post keeps what can be kept, then says what is missing.

« enregistrer » is the page's own autosave: it keeps, and asks for nothing. What another page has saved since is never
replaced: both texts are kept and shown (app/domain/cases/form_saves.py).
"""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.held_draft import HeldDraft
from app.domain.cases.draft.saves import save_step, step_saves
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.draft.view import AlreadySent, Draft, load_draft, read_draft
from app.domain.cases.form_saves import Decision, Fields
from app.domain.errors import Invalid, NotFound
from app.routes.cases.saves import choice_of, key_of, posted
from app.routes.cases.wizard_choices import came_from, goes_on
from app.routes.cases.wizard_next import follow, missing_in, stay
from app.routes.cases.wizard_others import as_posted, form_of, other_texts, too_late
from app.routes.cases.wizard_page import PAGES, Keep, one_step, step_of, step_page
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import own_path, page

Req = Request[Any, Any, Any]


def _keeping(name: str) -> Keep:
    """The check page keeps nothing. Raises NotFound."""
    step = step_of(name)
    if step not in PAGES:
        raise NotFound("Cette page n’enregistre rien : revenez à l’étape.")
    return PAGES[step][1]


@get("/brouillons/{draft_id:uuid}/{step:str}")
async def show_step(
    request: Req, actor: NamedDependency[Actor], draft_id: FromPath[UUID], step: FromPath[str]
) -> Response[Any]:
    return await one_step(request, actor, draft_id, step, own_path(request))


@post("/brouillons/{draft_id:uuid}/{step:str}")
async def keep_step(
    request: Req,
    actor: NamedDependency[Actor],
    draft_id: FromPath[UUID],
    step: FromPath[str],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return await keep(request, actor, draft_id, step, form, now, {})


async def keep(
    request: Req, actor: Actor, draft_id: UUID, step: str, form: Form, now: datetime, refused: Problems
) -> Response[Any]:
    """refused: what the step's own route has already turned down (wizard_files.py)."""
    try:
        former = await load_draft(actor, draft_id)
        write = partial(_write, _keeping(step), actor, former, form, now)
        decision, kept_wrong = await save_step(actor, draft_id, step_of(step), posted(form), now, write)
        wrong = {**kept_wrong, **refused}
        draft = await load_draft(actor, draft_id)
    except AlreadySent:
        return await too_late(request, actor, draft_id, form)
    if form.checked("enregistrer"):
        return await _saved(actor, draft_id, WizardStep(step), key_of(form), decision)
    if choice_of(form):
        return await stay(request, draft, WizardStep(step), form, {})
    if decision is Decision.BESIDE:
        return await _both(request, draft, WizardStep(step), form)
    if not goes_on(form):
        return await stay(request, draft, WizardStep(step), form, wrong)
    return await _leave_step(
        request=request, actor=actor, former=former, draft=draft, step=WizardStep(step), form=form, wrong=wrong
    )


async def show_refused_step(
    refusal: Refusal, request: Req, draft: Draft, step: WizardStep, form: Form
) -> Response[Any]:
    return await step_page(request, draft, step, form, refusal.fields)


@redisplay(show_refused_step)
async def _leave_step(
    request: Req, actor: Actor, former: Draft, draft: Draft, step: WizardStep, form: Form, wrong: Problems
) -> Response[Any]:
    """The step is saved by then: only from here on does a refusal show its form again. Raises Invalid."""
    if missing := {**await missing_in(draft, step), **wrong}:
        raise Invalid(**missing)
    return await follow(request, actor, former, draft, step, came_from(request, form))


async def _write(
    keeping: Keep, actor: Actor, draft: Draft, form: Form, now: datetime, held: HeldDraft, fields: Fields
) -> Problems:
    """The form itself, with its buttons; where the person has chosen between two texts, the fields of one of them."""
    if not choice_of(form):
        return await keeping(actor, held, draft, form, now)
    today = await read_draft(held.id)
    return await keeping(actor, held, today, form_of(fields, today), now)


async def _saved(actor: Actor, draft_id: UUID, step: WizardStep, key: str, decision: Decision) -> Response[Any]:
    """Nothing (204) when it is kept; with 202, what another page has kept, when both are."""
    if decision is not Decision.BESIDE:
        return Response(None, status_code=204)
    saves = await step_saves(actor, draft_id, step)
    found = await other_texts(actor, draft_id, step, saves, key)
    return page("wizard/_kept_elsewhere.html", status=202, kept_elsewhere=found)


async def _both(request: Req, draft: Draft, step: WizardStep, form: Form) -> Response[Any]:
    """The step goes on once the person has chosen between this page's text and the other one's."""
    answer = await step_page(request, as_posted(draft, form), step, form, {})
    answer.status_code = 409
    return answer
