"""« Changer mon adresse »: asked here, confirmed from both mailboxes (app/routes/login/address.py)."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.account_keeping.address_change import ask_own_address, cancel_own_change, find_pending_change
from app.domain.accounts.actor import Actor
from app.routes import guards
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]
PATH = "/profil/adresse"


@get(PATH, guards=[guards.require_recent_login])
async def show_own_address(actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    return await _build_address_page(actor, now)


async def _build_address_page(actor: Actor, now: datetime, **context: Any) -> Response[Any]:
    change = await find_pending_change(actor.id, now)
    return build_page("profile/address.html", actor=actor, change=change, **{"typed": "", "blocked": "", **context})


async def _show_again(refusal: Refusal, actor: Actor, form: Form, now: datetime) -> Response[Any]:
    typed = form.read_as_typed("adresse")
    return await _build_address_page(actor, now, typed=typed, errors=refusal.fields, blocked=refusal.message)


@post(PATH, guards=[guards.require_recent_login])
@redisplay(_show_again)
async def ask_address(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await ask_own_address(actor, form.read_text("adresse"), now)
    return flash(redirect_after_post("/profil"), "adresse-demandee")


@post(PATH + "/annulation")
async def cancel_address(actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    await cancel_own_change(actor, now)
    return flash(redirect_after_post("/profil"), "adresse-annulee")
