"""The page of a login link. Only POST uses the link, so that a scanner which opens links does not use it up."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.authentication.login_link import LinkState, find_link_state, log_in_with_link, parse_reference
from app.routes.forms import Form
from app.routes.login.session_start import read_visitor, start_session
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page

Req = Request[Any, Any, Any]


@route("/login/lien/{link:str}", http_method=["GET", "HEAD"])
async def show_link(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    return await _build_link_page(request, link, now)


async def _build_link_page(request: Req, link: str, now: datetime, **context: Any) -> Response[Any]:
    state = await find_link_state(link, browser=request.state.browser, now=now)
    dead = state not in (LinkState.READY, LinkState.NEEDS_CODE)
    answer = build_page(
        "login/dead_link.html" if dead else "login/link.html",
        link=link,
        state=state,
        reference=parse_reference(link),
        **context,
    )
    answer.status_code = 410 if dead else 200
    return set_browser_cookie(request, answer)


async def _show_again(refusal: Refusal, request: Req, link: str, now: datetime) -> Response[Any]:
    return await _build_link_page(request, link, now, errors=refusal.one_field("code"))


@post("/login/lien/{link:str}")
@redisplay(_show_again)
async def follow_link(
    request: Req, link: FromPath[str], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    entry = await log_in_with_link(link, read_visitor(request), code=form.read_text("code", max_length=20), now=now)
    return await start_session(entry) if entry else await _build_link_page(request, link, now)
