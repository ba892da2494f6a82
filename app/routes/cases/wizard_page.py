"""One step of the wizard drawn: its fields, where it stands, what comes before it, what other pages keep of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.completeness import has_subjects
from app.domain.cases.draft.held_draft import HeldDraft
from app.domain.cases.draft.saves import step_saves
from app.domain.cases.draft.steps import Problems, WizardStep, overlong, place_of, problems, steps_before
from app.domain.cases.draft.view import AlreadySent, Draft, load_draft
from app.domain.cases.draft.withdrawn_choices import gone_from
from app.domain.cases.form_saves import version_of
from app.domain.catalogue.fields import withdrawn_labels
from app.domain.errors import NotFound
from app.domain.teams.reachability import organisations_in
from app.routes.cases import wizard_citizen, wizard_mandate, wizard_organisations, wizard_plain
from app.routes.cases.saves import base_of, key_of, new_key
from app.routes.cases.wizard_check import show_check
from app.routes.cases.wizard_choices import came_from, check_path
from app.routes.cases.wizard_others import other_texts
from app.routes.forms import Form
from app.routes.respond import in_place, leave_for, page
from app.text import labels

Req = Request[Any, Any, Any]
Context = dict[str, Any]
Show = Callable[[Draft, Form | None, Req], Awaitable[Context]]
Keep = Callable[[Actor, HeldDraft, Draft, Form, datetime], Awaitable[Problems]]

PAGES: dict[WizardStep, tuple[Show, Keep]] = {
    WizardStep.MODE: (wizard_plain.show_mode, wizard_plain.keep_mode),
    WizardStep.CATEGORY: (wizard_plain.show_category, wizard_plain.keep_category),
    WizardStep.SUBJECT: (wizard_plain.show_subject, wizard_plain.keep_subject),
    WizardStep.ORGANISATIONS: (wizard_organisations.show, wizard_organisations.keep),
    WizardStep.CITIZEN: (wizard_citizen.show, wizard_citizen.keep),
    WizardStep.PROBLEM: (wizard_plain.show_problem, wizard_plain.keep_problem),
    WizardStep.MANDATE: (wizard_mandate.show, wizard_mandate.keep),
}


def step_of(name: str) -> WizardStep:
    try:
        return WizardStep(name)
    except ValueError:
        raise NotFound("Cette étape n’existe pas.") from None


async def one_step(request: Req, actor: Actor, draft_id: UUID, step: str, path: str, came: str = "") -> Response[Any]:
    try:
        draft = await load_draft(actor, draft_id)
    except AlreadySent:
        return leave_for(request, f"/demandes/{draft_id}")
    if step_of(step) == WizardStep.CHECK:
        return in_place(request, await show_check(actor, draft), path)
    return in_place(request, await step_page(request, draft, step_of(step), None, {}, came), path)


async def step_page(
    request: Req, draft: Draft, step: WizardStep, form: Form | None, errors: Problems, came: str = ""
) -> Response[Any]:
    """came: where from, when neither the address nor the form says it (a step that comes into the page before it)."""
    place = place_of(step, draft.mode)
    show, _ = PAGES[step]
    organisations = await organisations_in(draft.area, draft.team_id)
    gone = gone_from(draft, organisations, await withdrawn_labels())
    came = came or came_from(request, form)
    key = (form and key_of(form)) or new_key()
    saves = await step_saves(request.user, draft.id, step)
    context = await show(draft, form, request)
    before = f"/brouillons/{draft.id}/{place.before}" if place.before else "/demandes/nouvelle"
    return page(
        f"wizard/{step}.html",
        draft=draft,
        step=step,
        place=place,
        action=f"/brouillons/{draft.id}/{step}",
        back=check_path(draft, came) if came else before,
        errors=errors if form else overlong(step, draft, organisations),
        gone=[one.told for one in gone if one.step == step],
        skipped=[(one, labels.STEP[one]) for one in await _skipped(draft, step)],
        came=came,
        key=key,
        version=version_of(saves, key, base_of(form) if form and key_of(form) else None),
        kept_elsewhere=await other_texts(request.user, draft.id, step, saves, key),
        **context,
    )


async def _skipped(draft: Draft, step: WizardStep) -> list[WizardStep]:
    """The choices before this step that are still missing: its address was opened without them."""
    choices = [one for one in steps_before(step, draft.mode) if one in (WizardStep.CATEGORY, WizardStep.SUBJECT)]
    if not choices or draft.guided_subject_id:
        return []
    known = await has_subjects(draft)
    return [one for one in choices if problems(one, draft, [], has_subjects=known)]
