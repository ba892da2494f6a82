"""The second factor, after a link or a password. No session is open before it."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.authentication.pending_login import has_pending_login, log_in_with_code, log_in_with_recovery_code
from app.domain.authentication.result import LoginResult
from app.routes.forms import Form
from app.routes.login.destination import HOME_PATH
from app.routes.login.session_start import SECOND_FACTOR_PATH, read_visitor, start_session
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.redisplay import Handler, Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]


@get(SECOND_FACTOR_PATH)
async def show_code(request: Req, now: NamedDependency[datetime]) -> Response[Any]:
    return redirect_after_post(HOME_PATH) if request.user else await _build_code_page(request, now)


async def _build_code_page(request: Req, now: datetime, **context: Any) -> Response[Any]:
    awaited = await has_pending_login(request.state.browser, now)
    answer = build_page("login/second_factor.html" if awaited else "login/begin_again.html", **context)
    answer.status_code = 200 if awaited else 410
    return set_browser_cookie(request, answer)


def _set_code_redisplay(field: str) -> Handler:
    async def show(refusal: Refusal, request: Req, now: datetime) -> Response[Any]:
        return await _build_code_page(request, now, errors=refusal.one_field(field))

    return show


@post(SECOND_FACTOR_PATH)
@redisplay(_set_code_redisplay("code"))
async def check_code(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    return await _finish_login(
        request, now, log_in_with_code(form.read_text("code", max_length=20), read_visitor(request), now)
    )


@post(f"{SECOND_FACTOR_PATH}/secours")
@redisplay(_set_code_redisplay("code-de-secours"))
async def check_recovery_code(
    request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    code = form.read_text("code-de-secours", max_length=40)
    answer = await _finish_login(request, now, log_in_with_recovery_code(code, read_visitor(request), now))
    return flash(answer, "code-de-secours") if answer.status_code == 303 else answer


async def _finish_login(request: Req, now: datetime, given: Awaitable[LoginResult | None]) -> Response[Any]:
    entry = await given
    return await start_session(entry) if entry else await _build_code_page(request, now)
