"""Leaving a team, or the platform. The page first shows what will happen. Source: features.md P6."""

from collections.abc import Awaitable
from contextlib import suppress
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency, Provide

from app.domain.accounts.actor import Actor
from app.domain.errors import DomainError
from app.domain.members.departure import Departure
from app.domain.members.handover import CASES_FIELD, DRAFTS_FIELD, WHOLE_TEAM, format_stranded_cases
from app.domain.members.removal import preview_removal, remove_member
from app.domain.reorganisation.deactivation import (
    deactivate_account,
    preview_deactivation,
    preview_inherited_duties,
    reactivate_account,
)
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.routes.teams.inherited_duties import list_inherited_lines

Req = Request[Any, Any, Any]
MAX_SEEN_LENGTH = 10_000


def _build_departure_page(
    kind: str, departure: Departure, back: str, *, form: Form | None = None, **context: Any
) -> Response[Any]:
    """kind is « retrait » or « desactivation »."""
    return build_page(
        f"members/{kind}.html",
        departure=departure,
        back=back,
        chosen=_read_choices(form, departure) if form else _list_default_choices(departure),
        said_stranded=format_stranded_cases(departure) if departure.stranded_teams else "",
        **context,
    )


async def _load_again(preview: Awaitable[Departure], before: Departure) -> Departure:
    """The present preview, or the earlier one when the preview is refused by now."""
    with suppress(DomainError):
        return await preview
    return before


def _read_choices(form: Form, departure: Departure) -> dict[str, str]:
    fields = [f"{name}-{share.team_id}" for share in departure.team_departures for name in (CASES_FIELD, DRAFTS_FIELD)]
    return {field: form.read_as_typed(field)[:20] for field in fields}


def _list_default_choices(departure: Departure) -> dict[str, str]:
    """The whole team takes over the cases. There is no default for drafts."""
    return {f"{CASES_FIELD}-{share.team_id}": WHOLE_TEAM for share in departure.team_departures} | {
        f"{DRAFTS_FIELD}-{share.team_id}": "" for share in departure.team_departures
    }


async def provide_removal(actor: NamedDependency[Actor], team_id: RowId, person_id: RowId) -> Departure:
    """A dependency, so that a refused preview shows no form. Raises what preview_removal raises."""
    return await preview_removal(actor, team_id, person_id)


async def provide_deactivation(actor: NamedDependency[Actor], person_id: RowId) -> Departure:
    """A dependency too, for a whole account. Raises what preview_deactivation raises."""
    return await preview_deactivation(actor, person_id)


_REMOVAL = {"departure": Provide(provide_removal)}
_DEACTIVATION = {"departure": Provide(provide_deactivation)}


@get("/equipes/{team_id:int}/membres/{person_id:int}/retrait", dependencies=_REMOVAL)
async def show_removal(departure: NamedDependency[Departure], team_id: RowId) -> Response[Any]:
    return _build_departure_page("retrait", departure, f"/equipes/{team_id}/membres")


async def _show_removal_again(
    refusal: Refusal, actor: Actor, team_id: int, person_id: int, departure: Departure, form: Form
) -> Response[Any]:
    current = await _load_again(preview_removal(actor, team_id, person_id), departure)
    errors = refusal.one_field("depart")
    return _build_departure_page("retrait", current, f"/equipes/{team_id}/membres", form=form, errors=errors)


@post("/equipes/{team_id:int}/membres/{person_id:int}/retrait", dependencies=_REMOVAL)
@redisplay(_show_removal_again)
async def confirm_removal(
    request: Req,
    actor: NamedDependency[Actor],
    team_id: RowId,
    person_id: RowId,
    departure: NamedDependency[Departure],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await remove_member(
        actor, team_id, person_id, _read_choices(form, departure), form.read_text("vu", max_length=MAX_SEEN_LENGTH), now
    )
    return flash(
        redirect_after_post("/demandes" if person_id == actor.id else f"/equipes/{team_id}/membres"), "membre-retire"
    )


async def _deactivation_page(
    actor: Actor, person_id: int, departure: Departure, now: datetime, **context: Any
) -> Response[Any]:
    legacy = list_inherited_lines(await preview_inherited_duties(actor, person_id, now))
    return _build_departure_page("desactivation", departure, f"/personnes/{person_id}", legacy=legacy, **context)


@get("/personnes/{person_id:int}/desactivation", dependencies=_DEACTIVATION)
async def show_deactivation(
    actor: NamedDependency[Actor],
    person_id: RowId,
    departure: NamedDependency[Departure],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return await _deactivation_page(actor, person_id, departure, now)


async def _show_deactivation_again(
    refusal: Refusal, actor: Actor, person_id: int, departure: Departure, form: Form, now: datetime
) -> Response[Any]:
    current = await _load_again(preview_deactivation(actor, person_id), departure)
    return await _deactivation_page(actor, person_id, current, now, form=form, errors=refusal.one_field("depart"))


@post("/personnes/{person_id:int}/desactivation", dependencies=_DEACTIVATION)
@redisplay(_show_deactivation_again)
async def confirm_deactivation(
    request: Req,
    actor: NamedDependency[Actor],
    person_id: RowId,
    departure: NamedDependency[Departure],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await deactivate_account(
        actor, person_id, _read_choices(form, departure), form.read_text("vu", max_length=MAX_SEEN_LENGTH), now
    )
    return flash(redirect_after_post(f"/personnes/{person_id}"), "compte-desactive")


@post("/personnes/{person_id:int}/reactivation")
async def confirm_reactivation(
    actor: NamedDependency[Actor],
    person_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    await reactivate_account(actor, person_id, now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "compte-reactive")
