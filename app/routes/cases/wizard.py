"""The wizard's pages: one step, one address. Each post keeps what can be kept, then says what is missing.

« enregistrer » is the page's own autosave: it keeps, and asks for nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.draft import AlreadySent, Draft, load_draft
from app.domain.cases.gone import gone_from
from app.domain.cases.steps import Problems, WizardStep, incomplete_steps, overlong, place_of, problems
from app.domain.catalogue.fields import withdrawn_labels
from app.domain.catalogue.guided import subjects_of
from app.domain.errors import Invalid, NotFound
from app.domain.teams.reachability import organisations_in
from app.routes import access
from app.routes.cases import wizard_citizen, wizard_mandate, wizard_organisations, wizard_plain
from app.routes.cases.wizard_check import show_check
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


@get("/brouillons/{draft_id:uuid}/{step:str}", guards=[access.signed_in])
async def show_step(
    request: Req, actor: NamedDependency[Actor], draft_id: FromPath[UUID], step: FromPath[str]
) -> Response[Any]:
    return await one_step(request, actor, draft_id, step, own_path(request))


async def one_step(request: Req, actor: Actor, draft_id: UUID, step: str, path: str) -> Response[Any]:
    try:
        draft = await load_draft(actor, draft_id)
    except AlreadySent:
        return leave_for(request, f"/demandes/{draft_id}")
    if _step(step) == WizardStep.CHECK:
        return in_place(request, await show_check(actor, draft), path)
    return in_place(request, await _page(request, draft, _step(step), None, {}), path)


async def go_on(request: Req, actor: Actor, draft_id: UUID, step: WizardStep) -> Response[Any]:
    """In one round trip for an open page: on a weak line a redirection costs a second."""
    path = f"/brouillons/{draft_id}/{step}"
    return await one_step(request, actor, draft_id, step, path) if wants_fragment(request) else see(path)


async def _page(request: Req, draft: Draft, step: WizardStep, form: Form | None, errors: Problems) -> Response[Any]:
    place = place_of(step, draft.mode)
    show, _ = PAGES[step]
    organisations = await organisations_in(draft.area, draft.team_id)
    gone = gone_from(draft, organisations, await withdrawn_labels())
    context = await show(draft, form, request)
    return page(
        f"wizard/{step}.html",
        draft=draft,
        step=step,
        place=place,
        action=f"/brouillons/{draft.id}/{step}",
        back=f"/brouillons/{draft.id}/{place.before}" if place.before else "/demandes/nouvelle",
        errors=errors if form else overlong(step, draft, organisations),
        gone=[one.told for one in gone if one.step == step],
        from_check=bool(form and form.checked("depuis-verification")),
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
        draft = await load_draft(actor, draft_id)
        wrong = {**await PAGES[_step(step)][1](actor, draft, form, now), **refused}
        draft = await load_draft(actor, draft_id)
    except AlreadySent:
        return leave_for(request, f"/demandes/{draft_id}")
    if form.checked("enregistrer"):
        return Response(None, status_code=204)

    async def show(errors: Problems, _: str) -> Response[Any]:
        return await _page(request, draft, WizardStep(step), form, errors)

    if form.checked("rester-ici") or form.checked("retirer") or form.checked("retirer-piece"):
        return await _stay(request, draft, WizardStep(step), form, wrong)
    redisplay_with(request, show)
    if missing := {**await _missing(draft, WizardStep(step)), **wrong}:
        raise Invalid(**missing)
    return await go_on(request, actor, draft_id, await _next(draft, WizardStep(step), form))


async def _stay(request: Req, draft: Draft, step: WizardStep, form: Form, wrong: Problems) -> Response[Any]:
    """A button that changes the page itself: add a field, another territory, filter."""
    if wrong:
        return await _page(request, draft, step, form, wrong)
    kept = {name: form.typed(name) for name in ("theme", "cherche") if form.typed(name)}
    if form.checked("depuis-verification"):
        kept["depuis"] = "verification"
    if form.typed("rester-ici") == "territoire" and not form.typed("territoire"):
        kept["territoires"] = "tous"
    filtered = f"?{urlencode(kept)}" if kept else ""
    return see(f"/brouillons/{draft.id}/{step}{filtered}#{quote(form.typed('rester-ici')) or 'contenu'}")


async def _missing(draft: Draft, step: WizardStep) -> Problems:
    organisations = await organisations_in(draft.area, draft.team_id)
    return problems(step, draft, organisations, has_subjects=await _has_subjects(draft))


async def _has_subjects(draft: Draft) -> bool:
    return bool(draft.category_id and await subjects_of(draft.category_id))


async def _next(draft: Draft, step: WizardStep, form: Form) -> WizardStep:
    """The following step; back to the check page when everything is complete (« Modifier »)."""
    after = place_of(step, draft.mode).after
    if form.checked("depuis-verification"):
        organisations = await organisations_in(draft.area, draft.team_id)
        rest = incomplete_steps(draft, organisations, has_subjects=await _has_subjects(draft))
        after = rest[0] if rest else WizardStep.CHECK
    return after
