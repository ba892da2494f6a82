"""Leaving a team, or the platform: a page says exactly what will happen before it does. Source: features.md P6."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.errors import DomainError
from app.domain.members.handover import CASES_FIELD, DRAFTS_FIELD, WHOLE_TEAM, said_stranded
from app.domain.members.leaving import Departure
from app.domain.members.removal import removal_preview, remove_member
from app.domain.reorganisation.deactivation import deactivate, deactivation_preview, legacy_preview, reactivate
from app.routes import guards
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.respond import page, redisplay_with, see, tell
from app.routes.teams.legacy import lines_of

Req = Request[Any, Any, Any]
SEEN_LENGTH = 10_000


def _departure_page(
    kind: str, departure: Departure, back: str, *, form: Form | None = None, **context: Any
) -> Response[Any]:
    """kind is « retrait » or « desactivation »."""
    return page(
        f"members/{kind}.html",
        departure=departure,
        back=back,
        chosen=_choices(form, departure) if form else _usual(departure),
        said_stranded=said_stranded(departure) if departure.stranded else "",
        **context,
    )


def _keep_choices(
    request: Req,
    kind: str,
    departure: Departure,
    back: str,
    form: Form,
    preview: Callable[[], Awaitable[Departure]],
    **context: Any,
) -> None:
    """Refused, the page shows things as they are now, with what was chosen."""

    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        now = departure
        with suppress(DomainError):
            now = await preview()
        return _departure_page(kind, now, back, form=form, errors=errors or {"depart": message}, **context)

    redisplay_with(request, show)


def _choices(form: Form, departure: Departure) -> dict[str, str]:
    fields = [f"{name}-{share.team_id}" for share in departure.shares for name in (CASES_FIELD, DRAFTS_FIELD)]
    return {field: form.typed(field)[:20] for field in fields}


def _usual(departure: Departure) -> dict[str, str]:
    """The whole team takes the cases over; what becomes of drafts is always asked."""
    return {f"{CASES_FIELD}-{share.team_id}": WHOLE_TEAM for share in departure.shares} | {
        f"{DRAFTS_FIELD}-{share.team_id}": "" for share in departure.shares
    }


@get("/equipes/{team_id:int}/membres/{person_id:int}/retrait", guards=[guards.signed_in])
async def show_removal(actor: NamedDependency[Actor], team_id: RowId, person_id: RowId) -> Response[Any]:
    departure = await removal_preview(actor, team_id, person_id)
    return _departure_page("retrait", departure, f"/equipes/{team_id}/membres")


@post("/equipes/{team_id:int}/membres/{person_id:int}/retrait", guards=[guards.signed_in])
async def remove(
    request: Req,
    actor: NamedDependency[Actor],
    team_id: RowId,
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    back = f"/equipes/{team_id}/membres"

    departure = await removal_preview(actor, team_id, person_id)
    _keep_choices(request, "retrait", departure, back, form, lambda: removal_preview(actor, team_id, person_id))
    await remove_member(actor, team_id, person_id, _choices(form, departure), form.text("vu", most=SEEN_LENGTH), now)
    return tell(see("/demandes" if person_id == actor.id else back), "membre-retire")


@get("/personnes/{person_id:int}/desactivation", guards=[guards.signed_in])
async def show_deactivation(
    actor: NamedDependency[Actor], person_id: RowId, now: NamedDependency[datetime]
) -> Response[Any]:
    departure = await deactivation_preview(actor, person_id)
    legacy = lines_of(await legacy_preview(actor, person_id, now))
    return _departure_page("desactivation", departure, f"/personnes/{person_id}", legacy=legacy)


@post("/personnes/{person_id:int}/desactivation", guards=[guards.signed_in])
async def close_account(
    request: Req,
    actor: NamedDependency[Actor],
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    back = f"/personnes/{person_id}"

    departure = await deactivation_preview(actor, person_id)
    legacy = lines_of(await legacy_preview(actor, person_id, now))

    async def preview() -> Departure:
        return await deactivation_preview(actor, person_id)

    _keep_choices(request, "desactivation", departure, back, form, preview, legacy=legacy)
    await deactivate(actor, person_id, _choices(form, departure), form.text("vu", most=SEEN_LENGTH), now)
    return tell(see(back), "compte-desactive")


@post("/personnes/{person_id:int}/reactivation", guards=[guards.signed_in])
async def open_account(
    actor: NamedDependency[Actor],
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await reactivate(actor, person_id, now)
    return tell(see(f"/personnes/{person_id}"), "compte-reactive")
