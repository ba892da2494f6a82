"""The second factor, after a link or a password: no session is open before it."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.authentication.pending_login import give_code, give_recovery_code, is_awaited
from app.domain.authentication.result import Entry
from app.routes.forms import Form
from app.routes.login.destination import HOME
from app.routes.login.entering import SECOND_FACTOR, let_in, visitor_of
from app.routes.middleware.authentication import name_browser
from app.routes.redisplay import Handler, Refusal, redisplay
from app.routes.respond import page, see, tell

Req = Request[Any, Any, Any]


@get(SECOND_FACTOR)
async def show_code(request: Req, now: NamedDependency[datetime]) -> Response[Any]:
    return see(HOME) if request.user else await _code_page(request, now)


async def _code_page(request: Req, now: datetime, **context: Any) -> Response[Any]:
    awaited = await is_awaited(request.state.browser, now)
    answer = page("login/second_factor.html" if awaited else "login/begin_again.html", **context)
    answer.status_code = 200 if awaited else 410
    return name_browser(request, answer)


def _show_again(field: str) -> Handler:
    async def show(refusal: Refusal, request: Req, now: datetime) -> Response[Any]:
        return await _code_page(request, now, errors=refusal.one_field(field))

    return show


@post(SECOND_FACTOR)
@redisplay(_show_again("code"))
async def check_code(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    return await _go_on(request, now, give_code(form.text("code", most=20), visitor_of(request), now))


@post(f"{SECOND_FACTOR}/secours")
@redisplay(_show_again("code-de-secours"))
async def check_recovery_code(
    request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    code = form.text("code-de-secours", most=40)
    answer = await _go_on(request, now, give_recovery_code(code, visitor_of(request), now))
    return tell(answer, "code-de-secours") if answer.status_code == 303 else answer


async def _go_on(request: Req, now: datetime, given: Awaitable[Entry | None]) -> Response[Any]:
    entry = await given
    return let_in(entry) if entry else await _code_page(request, now)
