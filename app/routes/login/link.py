"""The link's page. GET shows, only POST consumes: a scanner that follows links burns nothing."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.login.links import LinkState, enter, look_at, reference_of
from app.routes import access
from app.routes.authentication import name_browser, session_cookie
from app.routes.browsers import browser_label
from app.routes.forms import Form
from app.routes.login.destination import own_destination
from app.routes.network import network_of
from app.routes.respond import page, redisplay_with, see

Req = Request[Any, Any, Any]


@route("/login/lien/{link:str}", http_method=["GET", "HEAD"], guards=[access.public])
async def show_link(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    return await _link_page(request, link, now)


async def _link_page(request: Req, link: str, now: datetime, **context: Any) -> Response[Any]:
    state = await look_at(link, browser=request.state.browser, now=now)
    dead = state not in (LinkState.READY, LinkState.NEEDS_CODE)
    answer = page(
        "login/dead_link.html" if dead else "login/link.html",
        link=link,
        state=state,
        reference=reference_of(link),
        **context,
    )
    answer.status_code = 410 if dead else 200
    return name_browser(request, answer)


@post("/login/lien/{link:str}", guards=[access.public])
async def follow_link(
    request: Req, link: FromPath[str], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        return await _link_page(request, link, now, errors=errors or {"code": message})

    redisplay_with(request, show)
    entry = await enter(
        link,
        browser=request.state.browser,
        network=network_of(request),
        code=form.text("code", most=20),
        label=browser_label(request.headers.get("user-agent", "")),
        now=now,
    )
    if entry is None:
        return await _link_page(request, link, now)
    answer = see(own_destination(entry.next_path))
    answer.set_cookie(session_cookie(entry.session_token, remember=entry.remember))
    return answer
