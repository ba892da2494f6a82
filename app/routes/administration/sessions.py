"""Closing the sessions of everyone. The page states how many before the button is pressed."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.authentication.close_sessions import close_all_sessions, count_other_sessions
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]
PATH = "/administration/sessions"


@get(PATH)
async def show_sessions(request: Req, actor: NamedDependency[Actor]) -> Response[Any]:
    return build_page("administration/sessions.html", number=await count_other_sessions(actor, request.auth))


@post(PATH)
async def confirm_all_sessions_closure(
    request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[Any]:
    await close_all_sessions(actor, request.auth, now)
    return flash(redirect_after_post(PATH), "sessions-de-tous")
