"""The organisations step: those proposed first, those that nobody answers for named, the territory to change."""

from datetime import datetime
from typing import Any

from litestar import Request

from app.domain.accounts.actor import Actor
from app.domain.cases.draft import Draft
from app.domain.cases.drafting import choose_area, choose_organisations, contacted
from app.domain.cases.steps import Problems
from app.domain.catalogue.guided import categories, contacted_by_category
from app.domain.teams.areas import all_areas
from app.domain.teams.reachability import ReachableOrganisation, organisations_in
from app.routes.forms import Form

Req = Request[Any, Any, Any]


async def show(draft: Draft, form: Form | None, request: Req) -> dict[str, Any]:
    organisations = await organisations_in(draft.area)
    proposed = await contacted(draft)
    theme = _number(request.query_params.get("theme", ""))
    typed = request.query_params.get("cherche", "")[:100]
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
        "missing": [known for known in organisations if known.id in proposed and not known.reachable],
        "nobody": not reachable,
        "themes": await categories(),
        "theme": theme,
        "typed": typed,
        "areas": await all_areas(),
    }


def _item(organisation: ReachableOrganisation) -> dict[str, Any]:
    label = (
        organisation.acronym
        if organisation.acronym == organisation.name
        else f"{organisation.acronym} – {organisation.name}"
    )
    return {"value": organisation.id, "label": label}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


async def keep(actor: Actor, draft: Draft, form: Form, now: datetime) -> Problems:
    await choose_organisations(actor, draft.id, set(form.numbers("organismes")), set(form.numbers("montre")), now)
    if form.typed("rester-ici") == "territoire":
        await choose_area(actor, draft.id, form.typed("territoire"), now)
    return {}
