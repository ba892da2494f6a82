"""The end of every door: the session's cookie, or the page that asks for a second factor."""

from typing import Any

from litestar import Request, Response

from app.domain.authentication.result import Entry, Visitor
from app.routes.login.destination import own_destination
from app.routes.middleware.authentication import SESSION_COOKIE, session_cookie
from app.routes.middleware.client_address import network_of
from app.routes.respond import cookie, cookie_name, see
from app.routes.user_agent import browser_label

SECOND_FACTOR = "/login/verification"
FAMILIAR_COOKIE = cookie_name("aplus_connu")
HALF_A_YEAR = 180 * 24 * 3600


def visitor_of(request: Request[Any, Any, Any]) -> Visitor:
    return Visitor(
        **asker_of(request),
        label=browser_label(request.headers.get("user-agent", "")),
        former=request.cookies.get(SESSION_COOKIE, ""),
    )


def asker_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Which browser asks for a link, from which network, and the cookie of one that has logged in before."""
    return {
        "browser": request.state.browser,
        "network": network_of(request),
        "familiar": request.cookies.get(FAMILIAR_COOKIE, ""),
    }


def let_in(entry: Entry) -> Response[Any]:
    """Where one was going, once nothing more is asked."""
    if entry.lacks_second_factor:
        return see(SECOND_FACTOR)
    answer = see(own_destination(entry.next_path))
    answer.set_cookie(session_cookie(entry.session_token, remember=entry.remember))
    answer.set_cookie(cookie(FAMILIAR_COOKIE, entry.familiar, max_age=HALF_A_YEAR))
    return answer
