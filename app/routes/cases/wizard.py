"""The wizard's pages: one step, one address. Each post keeps what can be kept, then says what is missing.

« enregistrer » is the page's own autosave: it keeps, and asks for nothing. What another page has saved since is never
replaced: both texts are kept and shown (app/domain/cases/form_saves.py).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app import labels
from app.domain.accounts.actor import Actor
from app.domain.cases.draft import AlreadySent, Draft, load_draft
from app.domain.cases.draft_saves import save_step, step_saves
from app.domain.cases.form_saves import Decision, Fields, version_of
from app.domain.cases.gone import gone_from
from app.domain.cases.steps import Problems, WizardStep, incomplete_steps, overlong, place_of, problems, steps_before
from app.domain.catalogue.fields import withdrawn_labels
from app.domain.catalogue.guided import subjects_of
from app.domain.errors import Invalid, NotFound
from app.domain.teams.reachability import organisations_in
from app.routes import access
from app.routes.cases import wizard_citizen, wizard_mandate, wizard_organisations, wizard_plain
from app.routes.cases.saves import base_of, choice_of, key_of, new_key, posted
from app.routes.cases.wizard_check import show_check
from app.routes.cases.wizard_choices import LIST, came_from, check_path, goes_on, with_origin
from app.routes.cases.wizard_others import as_posted, form_of, other_texts, too_late
from app.routes.forms import Form
from app.routes.respond import in_place, leave_for, own_path, page, redisplay_with, see, wants_fragment

Req = Request[Any, Any, Any]
Context = dict[str, Any]
Show = Callable[[Draft, Form | None, Req], Awaitable[Context]]
Keep = Callable[[Actor, Draft, Form, datetime], Awaitable[Problems]]

PAGES: dict[WizardStep, tuple[Show, Keep]] = {
    WizardStep.MODE: (wizard_plain.show_mode, wizard_plain.keep_mode),
    WizardStep.CATEGORY: (wizard_plain.show_category, wizard_plain.keep_category),
    WizardStep.SUBJECT: (wizard_plain.show_subject, wizard_plain.keep_subject),
    WizardStep.ORGANISATIONS: (wizard_organisations.show, wizard_organisations.keep),
    WizardStep.CITIZEN: (wizard_citizen.show, wizard_citizen.keep),
    WizardStep.PROBLEM: (wizard_plain.show_problem, wizard_plain.keep_problem),
    WizardStep.MANDATE: (wizard_mandate.show, wizard_mandate.keep),
}


def _step(name: str) -> WizardStep:
    try:
        return WizardStep(name)
    except ValueError:
        raise NotFound("Cette étape n’existe pas.") from None


def _keeping(name: str) -> Keep:
    """The check page keeps nothing. Raises NotFound."""
    step = _step(name)
    if step not in PAGES:
        raise NotFound("Cette page n’enregistre rien : revenez à l’étape.")
    return PAGES[step][1]


@get("/brouillons/{draft_id:uuid}/{step:str}", guards=[access.signed_in])
async def show_step(
    request: Req, actor: NamedDependency[Actor], draft_id: FromPath[UUID], step: FromPath[str]
) -> Response[Any]:
    return await one_step(request, actor, draft_id, step, own_path(request))


async def one_step(request: Req, actor: Actor, draft_id: UUID, step: str, path: str, came: str = "") -> Response[Any]:
    try:
        draft = await load_draft(actor, draft_id)
    except AlreadySent:
        return leave_for(request, f"/demandes/{draft_id}")
    if _step(step) == WizardStep.CHECK:
        return in_place(request, await show_check(actor, draft), path)
    return in_place(request, await _page(request, draft, _step(step), None, {}, came), path)


async def go_on(request: Req, actor: Actor, draft_id: UUID, step: WizardStep, came: str = "") -> Response[Any]:
    """In one round trip for an open page: on a weak line a redirection costs a second."""
    path = with_origin(f"/brouillons/{draft_id}/{step}", came)
    return await one_step(request, actor, draft_id, step, path, came) if wants_fragment(request) else see(path)


async def _page(
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


@post("/brouillons/{draft_id:uuid}/{step:str}", guards=[access.signed_in])
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
        decision, kept_wrong = await save_step(actor, draft_id, _step(step), posted(form), now, write)
        wrong = {**kept_wrong, **refused}
        draft = await load_draft(actor, draft_id)
    except AlreadySent:
        return await too_late(request, actor, draft_id, form)
    if form.checked("enregistrer"):
        return await _saved(actor, draft_id, WizardStep(step), key_of(form), decision)

    async def show(errors: Problems, _: str) -> Response[Any]:
        return await _page(request, draft, WizardStep(step), form, errors)

    if choice_of(form):
        return await _stay(request, draft, WizardStep(step), form, {})
    if decision is Decision.BESIDE:
        return await _both(request, draft, WizardStep(step), form)
    if not goes_on(form):
        return await _stay(request, draft, WizardStep(step), form, wrong)
    redisplay_with(request, show)
    if missing := {**await _missing(draft, WizardStep(step)), **wrong}:
        raise Invalid(**missing)
    return await _continue(request, actor, former, draft, WizardStep(step), came_from(request, form))


async def _write(keeping: Keep, actor: Actor, draft: Draft, form: Form, now: datetime, fields: Fields) -> Problems:
    """The form itself, with its buttons, where its own fields are written; else what another page had kept."""
    chosen = form if fields == posted(form).fields else form_of(fields)
    return await keeping(actor, draft, chosen, now)


async def _saved(actor: Actor, draft_id: UUID, step: WizardStep, key: str, decision: Decision) -> Response[Any]:
    """Nothing (204) when it is kept; with 202, what another page has kept, when both are."""
    if decision is not Decision.BESIDE:
        return Response(None, status_code=204)
    saves = await step_saves(actor, draft_id, step)
    found = await other_texts(actor, draft_id, step, saves, key)
    return page("wizard/_kept_elsewhere.html", status=202, kept_elsewhere=found)


async def _both(request: Req, draft: Draft, step: WizardStep, form: Form) -> Response[Any]:
    """The step goes on once the person has chosen between this page's text and the other one's."""
    answer = await _page(request, as_posted(draft, form), step, form, {})
    answer.status_code = 409
    return answer


async def _stay(request: Req, draft: Draft, step: WizardStep, form: Form, wrong: Problems) -> Response[Any]:
    """A button that changes the page itself: add a field, another territory, filter."""
    if wrong:
        return await _page(request, draft, step, form, wrong)
    pressed, came = form.typed("rester-ici"), came_from(request, form)
    kept = {name: form.typed(name) for name in ("theme", "cherche") if form.typed(name) or pressed == name}
    if came:
        kept["depuis"] = came
    if pressed == "territoire" and not form.typed("territoire"):
        kept["territoires"] = "tous"
    filtered = f"?{urlencode(kept)}" if kept else ""
    return see(f"/brouillons/{draft.id}/{step}{filtered}#{quote(pressed) or 'contenu'}")


async def _missing(draft: Draft, step: WizardStep) -> Problems:
    organisations = await organisations_in(draft.area, draft.team_id)
    return problems(step, draft, organisations, has_subjects=await _has_subjects(draft))


async def _has_subjects(draft: Draft) -> bool:
    return bool(draft.category_id and await subjects_of(draft.category_id))


async def _skipped(draft: Draft, step: WizardStep) -> list[WizardStep]:
    """The choices before this step that are still missing: its address was opened without them."""
    choices = [one for one in steps_before(step, draft.mode) if one in (WizardStep.CATEGORY, WizardStep.SUBJECT)]
    if not choices or draft.guided_subject_id:
        return []
    has_subjects = await _has_subjects(draft)
    return [one for one in choices if problems(one, draft, [], has_subjects=has_subjects)]


async def _continue(
    request: Req, actor: Actor, former: Draft, draft: Draft, step: WizardStep, came: str
) -> Response[Any]:
    """To the following step; for who came from the check page, to what is missing, then back there."""
    if not came:
        return await go_on(request, actor, draft.id, place_of(step, draft.mode).after)
    missing = await _incomplete(draft)
    if came != LIST:
        known = await _incomplete(former)
        missing = [one for one in missing if one not in known or one == step]
    if missing:
        return await go_on(request, actor, draft.id, missing[0], came)
    path = check_path(draft, came)
    return in_place(request, await show_check(actor, draft), path) if wants_fragment(request) else see(path)


async def _incomplete(draft: Draft) -> list[WizardStep]:
    organisations = await organisations_in(draft.area, draft.team_id)
    return incomplete_steps(draft, organisations, has_subjects=await _has_subjects(draft))
