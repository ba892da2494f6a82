"""Where one goes from a step: on to the next one, back to the check page, or nowhere."""

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Request, Response

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.completeness import has_subjects
from app.domain.cases.draft.steps import Problems, WizardStep, incomplete_steps, place_of, problems
from app.domain.cases.draft.view import Draft
from app.domain.teams.reachability import organisations_in
from app.routes.cases.wizard_check import show_check
from app.routes.cases.wizard_choices import LIST, came_from, check_path, with_origin
from app.routes.cases.wizard_page import one_step, step_page
from app.routes.forms import Form
from app.routes.respond import in_place, see, wants_fragment

Req = Request[Any, Any, Any]


async def go_on(request: Req, actor: Actor, draft_id: UUID, step: WizardStep, came: str = "") -> Response[Any]:
    """In one round trip for an open page: on a weak line a redirection costs a second."""
    path = with_origin(f"/brouillons/{draft_id}/{step}", came)
    return await one_step(request, actor, draft_id, step, path, came) if wants_fragment(request) else see(path)


async def follow(request: Req, actor: Actor, former: Draft, draft: Draft, step: WizardStep, came: str) -> Response[Any]:
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
    return incomplete_steps(draft, organisations, has_subjects=await has_subjects(draft))


async def missing_in(draft: Draft, step: WizardStep) -> Problems:
    organisations = await organisations_in(draft.area, draft.team_id)
    return problems(step, draft, organisations, has_subjects=await has_subjects(draft))


async def stay(request: Req, draft: Draft, step: WizardStep, form: Form, wrong: Problems) -> Response[Any]:
    """A button that changes the page itself: add a field, another territory, filter."""
    if wrong:
        return await step_page(request, draft, step, form, wrong)
    pressed, came = form.typed("rester-ici"), came_from(request, form)
    kept = {name: form.typed(name) for name in ("theme", "cherche") if form.typed(name) or pressed == name}
    if came:
        kept["depuis"] = came
    if pressed == "territoire" and not form.typed("territoire"):
        kept["territoires"] = "tous"
    filtered = f"?{urlencode(kept)}" if kept else ""
    return see(f"/brouillons/{draft.id}/{step}{filtered}#{quote(pressed) or 'contenu'}")
