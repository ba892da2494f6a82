"""The link's page. GET shows, only POST consumes: a scanner that follows links burns nothing."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.authentication.login_link import LinkState, enter, look_at, reference_of
from app.routes.forms import Form
from app.routes.login.entering import let_in, visitor_of
from app.routes.middleware.authentication import name_browser
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page

Req = Request[Any, Any, Any]


@route("/login/lien/{link:str}", http_method=["GET", "HEAD"])
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


async def _show_again(refusal: Refusal, request: Req, link: str, now: datetime) -> Response[Any]:
    return await _link_page(request, link, now, errors=refusal.one_field("code"))


@post("/login/lien/{link:str}")
@redisplay(_show_again)
async def follow_link(
    request: Req, link: FromPath[str], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    entry = await enter(link, visitor_of(request), code=form.text("code", most=20), now=now)
    return let_in(entry) if entry else await _link_page(request, link, now)
