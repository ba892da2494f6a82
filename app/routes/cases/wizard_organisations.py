"""The organisations step: those proposed first, those that nobody answers for named, the territory to change."""

from datetime import datetime
from typing import Any

from litestar import Request

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.held_draft import HeldDraft
from app.domain.cases.draft.pending_choices import waiting_organisations
from app.domain.cases.draft.saving import choose_area, choose_organisations, contacted
from app.domain.cases.draft.steps import Problems
from app.domain.cases.draft.view import Draft, Mode
from app.domain.catalogue.guided import categories, contacted_by_category, procedure_of
from app.domain.teams.areas import all_areas
from app.domain.teams.reachability import Obstacle, ReachableOrganisation, organisations_in
from app.routes.forms import Form
from app.routes.query_params import LONGEST, Query

Req = Request[Any, Any, Any]
_OTHER_TERRITORY = (
    "Vous avez choisi un autre territoire, mais les organismes affichés sont encore ceux de : {}. "
    "Pressez « Changer de territoire », ou remettez celui d’avant."
)
"""The territory decides which teams receive the citizen's data: the page never goes on with two of them."""


async def show(draft: Draft, form: Form | None, request: Req) -> dict[str, Any]:
    """The territories come when asked for: a hundred names are a third of this page's weight."""
    organisations, guided = await organisations_in(draft.area, draft.team_id), draft.mode == Mode.GUIDED
    proposed = await contacted(draft)
    expected = {*proposed, *await waiting_organisations(draft.id)}
    theme, typed = _filter(form, Query(request.query_params))
    territory = form.typed("territoire") if form else ""
    by_theme = await contacted_by_category(theme) if theme else None
    reachable = [known for known in organisations if known.reachable]
    offered = [
        known
        for known in reachable
        if known.id in draft.organisations or (known.matches(typed) and (by_theme is None or known.id in by_theme))
    ]
    return {
        "proposed": [_item(known) for known in offered if known.id in proposed],
        "others": [_item(known) for known in offered if known.id not in proposed],
        "missing": [known for known in organisations if known.obstacle and _is_expected(known, expected, typed)],
        "procedure": await procedure_of(draft.guided_subject_id) if guided and draft.guided_subject_id else "",
        "nobody": not reachable,
        "themes": await categories(),
        "theme": theme,
        "typed": typed,
        "filtering": bool(form and (theme or typed)) or not {"theme", "cherche"}.isdisjoint(request.query_params),
        "areas": await all_areas() if territory or "territoires" in request.query_params else [],
        "territory": territory or draft.area,
    }


def _filter(form: Form | None, query: Query) -> tuple[int | None, str]:
    """The theme and the words of the filter, as they were typed in a form shown again, or as the address says."""
    return (form.number("theme"), form.typed("cherche")) if form else (query.number("theme"), query.text("cherche"))


def _is_expected(known: ReachableOrganisation, expected: set[int], typed: str) -> bool:
    """It may be looked for in vain: proposed, chosen elsewhere, searched for, or its team here cannot be chosen."""
    searched = bool(typed) and known.matches(typed)
    return known.id in expected or searched or known.obstacle != Obstacle.NO_TEAM


def _item(organisation: ReachableOrganisation) -> dict[str, Any]:
    label = (
        organisation.acronym
        if organisation.acronym == organisation.name
        else f"{organisation.acronym} – {organisation.name}"
    )
    return {"value": organisation.id, "label": label, "hint": organisation.notice}


async def _lost(draft: Draft, organisations: set[int]) -> Problems:
    """Withdrawn, or left without a reader, between showing the page and sending it."""
    known = await organisations_in(draft.area, draft.team_id)
    names = ", ".join(one.acronym for one in known if one.id in organisations)
    told = f"On ne peut plus écrire à : {names}. Vérifiez les organismes, puis continuez."
    return {"organismes": told} if names else {}


async def keep(actor: Actor, held: HeldDraft, draft: Draft, form: Form, now: datetime) -> Problems:
    ticked, shown = set(form.numbers("organismes")), set(form.numbers("montre"))
    if lost := await choose_organisations(actor, held, ticked, shown, now):
        return await _lost(draft, lost)
    _, wrong = form.readable({"cherche": LONGEST})
    if wrong:
        return wrong
    territory = form.typed("territoire")
    if form.typed("rester-ici") == "territoire":
        await choose_area(actor, held, territory, now)
    elif territory not in ("", draft.area):
        return {"territoire": _OTHER_TERRITORY.format(draft.area_name)}
    return {}
