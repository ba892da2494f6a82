"""The page of one step of the wizard: its fields, its position, and the texts that other pages have saved."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.completeness import has_subjects
from app.domain.cases.draft.draft import AlreadySent, Draft, load_editable_draft
from app.domain.cases.draft.locked_draft import LockedDraft
from app.domain.cases.draft.step_saves import list_step_saves
from app.domain.cases.draft.steps import (
    Problems,
    WizardStep,
    find_overlong_texts,
    find_problems,
    find_step_position,
    list_steps_before,
)
from app.domain.cases.draft.withdrawn_choices import list_withdrawn_choices
from app.domain.cases.form_saves import format_version
from app.domain.catalogue.fields import list_withdrawn_labels
from app.domain.errors import NotFound
from app.domain.teams.reachability import list_organisations_in_area
from app.routes.cases import wizard_citizen, wizard_mandate, wizard_organisations, wizard_plain
from app.routes.cases.form_saves import make_page_key, read_base_version, read_page_key
from app.routes.cases.wizard_check import build_check_page
from app.routes.cases.wizard_choices import build_check_path, read_origin
from app.routes.cases.wizard_other_texts import list_other_texts
from app.routes.deps import provide_now
from app.routes.forms import Form
from app.routes.respond import build_page, redirect_whole_page, set_pushed_url
from app.text import labels

Req = Request[Any, Any, Any]
Context = dict[str, Any]
BuildContext = Callable[[Draft, Form | None, Req], Awaitable[Context]]
SaveForm = Callable[[Actor, LockedDraft, Draft, Form, datetime], Awaitable[Problems]]

STEP_FORMS: dict[WizardStep, tuple[BuildContext, SaveForm]] = {
    WizardStep.MODE: (wizard_plain.build_mode_context, wizard_plain.save_mode_form),
    WizardStep.CATEGORY: (wizard_plain.build_category_context, wizard_plain.save_category_form),
    WizardStep.SUBJECT: (wizard_plain.build_subject_context, wizard_plain.save_subject_form),
    WizardStep.ORGANISATIONS: (wizard_organisations.show, wizard_organisations.keep),
    WizardStep.CITIZEN: (wizard_citizen.show, wizard_citizen.keep),
    WizardStep.PROBLEM: (wizard_plain.build_problem_context, wizard_plain.save_problem_form),
    WizardStep.MANDATE: (wizard_mandate.show, wizard_mandate.keep),
}


def parse_step(name: str) -> WizardStep:
    try:
        return WizardStep(name)
    except ValueError:
        raise NotFound("Cette étape n’existe pas.") from None


async def build_step_or_check(
    request: Req, actor: Actor, draft_id: UUID, step: str, path: str, came: str = ""
) -> Response[Any]:
    try:
        draft = await load_editable_draft(actor, draft_id)
    except AlreadySent:
        return redirect_whole_page(request, f"/demandes/{draft_id}")
    if parse_step(step) == WizardStep.CHECK:
        return set_pushed_url(request, await build_check_page(actor, draft, await provide_now(request.app.state)), path)
    return set_pushed_url(request, await build_step_page(request, draft, parse_step(step), None, {}, came), path)


async def build_step_page(
    request: Req, draft: Draft, step: WizardStep, form: Form | None, errors: Problems, came: str = ""
) -> Response[Any]:
    """came is the origin when neither the address nor the form has it: the step replaces another in an open page."""
    place = find_step_position(step, draft.mode)
    show, _ = STEP_FORMS[step]
    organisations = await list_organisations_in_area(draft.area, draft.team_id)
    gone = list_withdrawn_choices(draft, organisations, await list_withdrawn_labels())
    came = came or read_origin(request, form)
    key = (form and read_page_key(form)) or make_page_key()
    saves = await list_step_saves(request.user, draft.id, step)
    context = await show(draft, form, request)
    before = f"/brouillons/{draft.id}/{place.previous_step}" if place.previous_step else "/demandes/nouvelle"
    return build_page(
        f"wizard/{step}.html",
        draft=draft,
        step=step,
        place=place,
        action=f"/brouillons/{draft.id}/{step}",
        back=build_check_path(draft, came) if came else before,
        errors=errors if form else find_overlong_texts(step, draft, organisations),
        gone=[one.explanation for one in gone if one.step == step],
        skipped=[(one, labels.STEP[one]) for one in await _list_skipped_steps(draft, step)],
        came=came,
        key=key,
        version=format_version(saves, key, read_base_version(form) if form and read_page_key(form) else None),
        kept_elsewhere=await list_other_texts(request.user, draft.id, step, saves, key),
        **context,
    )


async def _list_skipped_steps(draft: Draft, step: WizardStep) -> list[WizardStep]:
    """Earlier choices that are missing, when the address of the step was opened directly."""
    choices = [one for one in list_steps_before(step, draft.mode) if one in (WizardStep.CATEGORY, WizardStep.SUBJECT)]
    if not choices or draft.guided_subject_id:
        return []
    known = await has_subjects(draft)
    return [one for one in choices if find_problems(one, draft, [], has_subjects=known)]
