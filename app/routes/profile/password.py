"""My password: chosen, changed, removed. Source: features.md L5."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.authentication.password import has_password, must_say_present_one, remove_password, set_password
from app.domain.authentication.password_login import LONGEST_PASSWORD
from app.routes import guards
from app.routes.forms import Form
from app.routes.middleware.client_address import network_of
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell

Req = Request[Any, Any, Any]


@get("/profil/mot-de-passe", guards=[guards.proved])
async def show_password(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    return await _password_page(request, actor, now)


async def _password_page(request: Req, actor: Actor, now: datetime, **context: Any) -> Response[Any]:
    return page(
        "profile/password.html",
        chosen=await has_password(actor),
        asks_present=await must_say_present_one(actor, request.auth, now),
        **{"blocked": "", **context},
    )


async def _show_again(refusal: Refusal, request: Req, actor: Actor, now: datetime) -> Response[Any]:
    return await _password_page(request, actor, now, errors=refusal.fields, blocked=refusal.message)


@post("/profil/mot-de-passe", guards=[guards.proved])
@redisplay(_show_again)
async def choose_password(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await set_password(
        actor,
        request.auth,
        present=form.text("mot-de-passe-actuel", most=LONGEST_PASSWORD),
        new=form.text("mot-de-passe", most=LONGEST_PASSWORD),
        again=form.text("mot-de-passe-encore", most=LONGEST_PASSWORD),
        network=network_of(request),
        now=now,
    )
    return tell(see("/profil"), "mot-de-passe")


@post("/profil/mot-de-passe/suppression", guards=[guards.proved])
async def drop_password(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    await remove_password(actor, request.auth, now)
    return tell(see("/profil"), "mot-de-passe-retire")
