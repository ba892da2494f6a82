"""« Mes données »: a person downloads what is kept about them, and asks that their account be erased."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.people.own_data import export_own_data
from app.domain.reorganisation.erasure_request import cancel_erasure, find_erasure_request, request_erasure
from app.routes import guards
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.text.own_data import format_own_data

PATH = "/profil/donnees"


@get(PATH)
async def show_own_data(actor: NamedDependency[Actor]) -> Response[Any]:
    return await _build_own_data_page(actor)


async def _build_own_data_page(actor: Actor, **context: Any) -> Response[Any]:
    return build_page("profile/own_data.html", asked_at=await find_erasure_request(actor), **context)


async def _show_again(refusal: Refusal, actor: Actor) -> Response[Any]:
    return await _build_own_data_page(actor, errors=refusal.fields)


@get(PATH + "/fichier", guards=[guards.require_recent_login])
async def download_own_data(actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[str]:
    return Response(
        format_own_data(await export_own_data(actor, now)),
        media_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="mes-donnees.json"', "Cache-Control": "no-store"},
    )


@post(PATH + "/effacement", guards=[guards.require_recent_login])
@redisplay(_show_again)
async def ask_own_erasure(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[Any]:
    await request_erasure(actor, now)
    return flash(redirect_after_post(PATH), "effacement-demande")


@post(PATH + "/effacement/annulation")
async def cancel_own_erasure(actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    await cancel_erasure(actor, now)
    return flash(redirect_after_post(PATH), "effacement-annule")
