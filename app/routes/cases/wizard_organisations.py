"""The organisations step: proposed ones first, unreachable ones with the reason, and the choice of the area."""

from datetime import datetime
from typing import Any

from litestar import Request

from app.domain.absences.absent_teams import AbsentTeam, find_absent_teams
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import Draft, WizardMode
from app.domain.cases.draft.locked_draft import LockedDraft
from app.domain.cases.draft.pending_choices import load_unreachable_organisations
from app.domain.cases.draft.saving import choose_area, choose_organisations, list_proposed_organisations
from app.domain.cases.draft.steps import Problems
from app.domain.catalogue.guided import find_procedure, list_categories, list_category_organisations
from app.domain.teams.areas import list_areas
from app.domain.teams.reachability import Obstacle, OrganisationReachability, list_organisations_in_area
from app.routes.deps import provide_now
from app.routes.forms import Form
from app.routes.query_params import MAX_LENGTH, QueryParams
from app.text.absences import format_absent_team

Req = Request[Any, Any, Any]
_OTHER_AREA_CHOSEN = (
    "Vous avez choisi un autre territoire, mais les organismes affichés sont encore ceux de : {}. "
    "Pressez « Changer de territoire », ou remettez celui d’avant."
)
"""The area decides which teams receive the citizen's data, so the step does not continue while two areas differ."""


async def show(draft: Draft, form: Form | None, request: Req) -> dict[str, Any]:
    """The list of areas is loaded on request only: its hundred names are a third of the size of the page."""
    organisations, guided = await list_organisations_in_area(draft.area, draft.team_id), draft.mode == WizardMode.GUIDED
    proposed = await list_proposed_organisations(draft)
    expected = {*proposed, *await load_unreachable_organisations(draft.id)}
    theme, typed = _read_filter(form, QueryParams(request.query_params))
    territory = form.read_as_typed("territoire") if form else ""
    now = await provide_now(request.app.state)
    by_theme = await list_category_organisations(theme) if theme else None
    reachable = [known for known in organisations if known.is_reachable]
    offered = [
        known
        for known in reachable
        if known.id in draft.organisations
        or (known.matches_search(typed) and (by_theme is None or known.id in by_theme))
    ]
    absent = await find_absent_teams([team for known in offered for team in known.teams], now)
    return {
        "proposed": [_build_item(known, absent) for known in offered if known.id in proposed],
        "others": [_build_item(known, absent) for known in offered if known.id not in proposed],
        "missing": [known for known in organisations if known.obstacle and _is_expected(known, expected, typed)],
        "procedure": await find_procedure(draft.guided_subject_id) if guided and draft.guided_subject_id else "",
        "nobody": not reachable,
        "themes": await list_categories(),
        "theme": theme,
        "typed": typed,
        "filtering": bool(form and (theme or typed)) or not {"theme", "cherche"}.isdisjoint(request.query_params),
        "areas": await list_areas() if territory or "territoires" in request.query_params else [],
        "territory": territory or draft.area,
    }


def _read_filter(form: Form | None, query: QueryParams) -> tuple[int | None, str]:
    """Category and words of the filter, from a form that is shown again or from the address."""
    return (
        (form.read_number("theme"), form.read_as_typed("cherche"))
        if form
        else (query.read_number("theme"), query.read_text("cherche"))
    )


def _is_expected(known: OrganisationReachability, expected: set[int], typed: str) -> bool:
    """True when the agent may look for it: proposed, chosen, searched for, or with a team that cannot be chosen."""
    searched = bool(typed) and known.matches_search(typed)
    return known.id in expected or searched or known.obstacle != Obstacle.NO_TEAM


def _build_item(organisation: OrganisationReachability, absent: list[AbsentTeam]) -> dict[str, Any]:
    """The hint is what the organisation has to say, then which of its teams are absent."""
    label = (
        organisation.acronym
        if organisation.acronym == organisation.name
        else f"{organisation.acronym} – {organisation.name}"
    )
    away = [format_absent_team(team) for team in absent if team.id in organisation.teams]
    return {"value": organisation.id, "label": label, "hint": " ".join([organisation.notice, *away]).strip()}


async def _describe_lost(draft: Draft, organisations: set[int]) -> Problems:
    """Organisations that were withdrawn, or became unreachable, after the page was shown."""
    known = await list_organisations_in_area(draft.area, draft.team_id)
    names = ", ".join(one.acronym for one in known if one.id in organisations)
    message = f"On ne peut plus écrire à : {names}. Vérifiez les organismes, puis continuez."
    return {"organismes": message} if names else {}


async def keep(actor: Actor, held: LockedDraft, draft: Draft, form: Form, now: datetime) -> Problems:
    ticked, shown = set(form.read_numbers("organismes")), set(form.read_numbers("montre"))
    if lost := await choose_organisations(actor, held, ticked, shown, now):
        return await _describe_lost(draft, lost)
    _, wrong = form.read_valid_texts({"cherche": MAX_LENGTH})
    if wrong:
        return wrong
    territory = form.read_as_typed("territoire")
    if form.read_as_typed("rester-ici") == "territoire":
        await choose_area(actor, held, territory, now)
    elif territory not in ("", draft.area):
        return {"territoire": _OTHER_AREA_CHOSEN.format(draft.area_name)}
    return {}
