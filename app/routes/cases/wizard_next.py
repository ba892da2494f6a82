"""Where a posted step leads: the next step, the check page, or the same step."""

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Request, Response

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.completeness import has_subjects
from app.domain.cases.draft.draft import Draft
from app.domain.cases.draft.steps import Problems, WizardStep, find_problems, find_step_position, list_incomplete_steps
from app.domain.teams.reachability import list_organisations_in_area
from app.routes.cases.wizard_check import build_check_page
from app.routes.cases.wizard_choices import MISSING_LIST, add_origin, build_check_path, read_origin
from app.routes.cases.wizard_page import build_step_or_check, build_step_page
from app.routes.deps import provide_now
from app.routes.forms import Form
from app.routes.respond import redirect_after_post, set_pushed_url, wants_fragment

Req = Request[Any, Any, Any]


async def go_to_step(request: Req, actor: Actor, draft_id: UUID, step: WizardStep, came: str = "") -> Response[Any]:
    """htmx gets the step itself: a redirection would cost one more round trip on a slow line."""
    path = add_origin(f"/brouillons/{draft_id}/{step}", came)
    return (
        await build_step_or_check(request, actor, draft_id, step, path, came)
        if wants_fragment(request)
        else redirect_after_post(path)
    )


async def follow_step(
    request: Req, actor: Actor, former: Draft, draft: Draft, step: WizardStep, came: str
) -> Response[Any]:
    """Leads to the next step. From the check page, leads to the missing steps, then back there."""
    if not came:
        return await go_to_step(request, actor, draft.id, find_step_position(step, draft.mode).next_step)
    missing = await _list_incomplete_steps(draft)
    if came != MISSING_LIST:
        known = await _list_incomplete_steps(former)
        missing = [one for one in missing if one not in known or one == step]
    if missing:
        return await go_to_step(request, actor, draft.id, missing[0], came)
    path = build_check_path(draft, came)
    return (
        set_pushed_url(request, await build_check_page(actor, draft, await provide_now(request.app.state)), path)
        if wants_fragment(request)
        else redirect_after_post(path)
    )


async def _list_incomplete_steps(draft: Draft) -> list[WizardStep]:
    organisations = await list_organisations_in_area(draft.area, draft.team_id)
    return list_incomplete_steps(draft, organisations, has_subjects=await has_subjects(draft))


async def list_step_problems(draft: Draft, step: WizardStep) -> Problems:
    organisations = await list_organisations_in_area(draft.area, draft.team_id)
    return find_problems(step, draft, organisations, has_subjects=await has_subjects(draft))


async def stay_on_step(request: Req, draft: Draft, step: WizardStep, form: Form, wrong: Problems) -> Response[Any]:
    """A button that changes the step itself: adding a field, choosing another area, filtering."""
    if wrong:
        return await build_step_page(request, draft, step, form, wrong)
    pressed, came = form.read_as_typed("rester-ici"), read_origin(request, form)
    kept = {
        name: form.read_as_typed(name) for name in ("theme", "cherche") if form.read_as_typed(name) or pressed == name
    }
    if came:
        kept["depuis"] = came
    if pressed == "territoire" and not form.read_as_typed("territoire"):
        kept["territoires"] = "tous"
    filtered = f"?{urlencode(kept)}" if kept else ""
    return redirect_after_post(f"/brouillons/{draft.id}/{step}{filtered}#{quote(pressed) or 'contenu'}")
