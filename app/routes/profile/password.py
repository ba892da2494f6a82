"""Choosing, changing or removing a password. Source: features.md L5."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.authentication.password import has_password, needs_current_password, remove_password, set_password
from app.domain.authentication.password_login import LONGEST_PASSWORD
from app.routes import guards
from app.routes.forms import Form
from app.routes.middleware.client_address import read_client_network
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]


@get("/profil/mot-de-passe", guards=[guards.require_recent_login])
async def show_password(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    return await _build_password_page(request, actor, now)


async def _build_password_page(request: Req, actor: Actor, now: datetime, **context: Any) -> Response[Any]:
    return build_page(
        "profile/password.html",
        chosen=await has_password(actor),
        asks_present=await needs_current_password(actor, request.auth, now),
        **{"blocked": "", **context},
    )


async def _show_again(refusal: Refusal, request: Req, actor: Actor, now: datetime) -> Response[Any]:
    return await _build_password_page(request, actor, now, errors=refusal.fields, blocked=refusal.message)


@post("/profil/mot-de-passe", guards=[guards.require_recent_login])
@redisplay(_show_again)
async def save_password(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await set_password(
        actor,
        request.auth,
        current=form.read_text("mot-de-passe-actuel", max_length=LONGEST_PASSWORD),
        new=form.read_text("mot-de-passe", max_length=LONGEST_PASSWORD),
        confirmation=form.read_text("mot-de-passe-encore", max_length=LONGEST_PASSWORD),
        network=read_client_network(request),
        now=now,
    )
    return flash(redirect_after_post("/profil"), "mot-de-passe")


@post("/profil/mot-de-passe/suppression", guards=[guards.require_recent_login])
async def remove_own_password(
    request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[Any]:
    await remove_password(actor, request.auth, now)
    return flash(redirect_after_post("/profil"), "mot-de-passe-retire")
