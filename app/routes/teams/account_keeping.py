"""Who keeps an account changes its address, by emails to both mailboxes, and corrects the identity of its person."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.account_keeping.account import load_kept_account
from app.domain.account_keeping.address_change import ask_person_address, cancel_person_change, find_pending_change
from app.domain.account_keeping.identity_correction import correct_person_identity
from app.domain.accounts.actor import Actor
from app.routes import guards
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.identity_fields import IDENTITY_FIELDS, list_identity_values, read_identity
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]
_ADDRESS_PATH = "/personnes/{person_id:int}/adresse"
_IDENTITY_PATH = "/personnes/{person_id:int}/identite"


@get(_ADDRESS_PATH, guards=[guards.require_recent_login])
async def show_person_address(
    actor: NamedDependency[Actor], person_id: RowId, now: NamedDependency[datetime]
) -> Response[Any]:
    return await _build_address_page(actor, person_id, now)


async def _build_address_page(actor: Actor, person_id: int, now: datetime, **context: Any) -> Response[Any]:
    person = await load_kept_account(actor, person_id)
    change = await find_pending_change(person_id, now)
    return build_page("people/address.html", person=person, change=change, **{"typed": "", "blocked": "", **context})


async def _show_address_again(
    refusal: Refusal, actor: Actor, person_id: int, form: Form, now: datetime
) -> Response[Any]:
    typed = form.read_as_typed("adresse")
    return await _build_address_page(actor, person_id, now, typed=typed, errors=refusal.fields, blocked=refusal.message)


@post(_ADDRESS_PATH, guards=[guards.require_recent_login])
@redisplay(_show_address_again)
async def ask_for_person(
    request: Req,
    actor: NamedDependency[Actor],
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await ask_person_address(actor, person_id, form.read_text("adresse"), now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "adresse-demandee-ailleurs")


@post(_ADDRESS_PATH + "/annulation")
async def cancel_for_person(
    actor: NamedDependency[Actor], person_id: RowId, now: NamedDependency[datetime]
) -> Response[Any]:
    await cancel_person_change(actor, person_id, now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "adresse-annulee")


@get(_IDENTITY_PATH)
async def show_person_identity(actor: NamedDependency[Actor], person_id: RowId) -> Response[Any]:
    person = await load_kept_account(actor, person_id)
    return build_page("people/identity.html", person=person, typed=list_identity_values(person), blocked="")


async def _show_identity_again(refusal: Refusal, actor: Actor, person_id: int, form: Form) -> Response[Any]:
    person = await load_kept_account(actor, person_id)
    typed = {name: form.read_as_typed(name) for name in IDENTITY_FIELDS}
    return build_page(
        "people/identity.html", person=person, typed=typed, errors=refusal.fields, blocked=refusal.message
    )


@post(_IDENTITY_PATH)
@redisplay(_show_identity_again)
async def save_person_identity(
    request: Req,
    actor: NamedDependency[Actor],
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    changed = await correct_person_identity(actor, person_id, **read_identity(form), now=now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "fiche-corrigee" if changed else "fiche-inchangee")
