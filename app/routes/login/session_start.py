"""The end of every login: the session cookie, or the page that asks for the second factor."""

from typing import Any

from litestar import Request, Response

from app.domain.accounts.actor import load_actor
from app.domain.authentication.result import LoginResult, Visitor
from app.routes.home import find_home
from app.routes.login.destination import HOME_PATH, resolve_destination
from app.routes.middleware.authentication import SESSION_COOKIE, make_session_cookie
from app.routes.middleware.client_address import read_client_network
from app.routes.respond import build_cookie_name, make_cookie, redirect_after_post
from app.routes.user_agent import format_browser_label

SECOND_FACTOR_PATH = "/login/verification"
KNOWN_BROWSER_COOKIE = build_cookie_name("aplus_connu")
KNOWN_BROWSER_SECONDS = 180 * 24 * 3600


def read_visitor(request: Request[Any, Any, Any]) -> Visitor:
    return Visitor(
        **read_requester(request),
        browser_label=format_browser_label(request.headers.get("user-agent", "")),
        former_session=request.cookies.get(SESSION_COOKIE, ""),
    )


def read_requester(request: Request[Any, Any, Any]) -> dict[str, str]:
    return {
        "browser": request.state.browser,
        "network": read_client_network(request),
        "known_browser_cookie": request.cookies.get(KNOWN_BROWSER_COOKIE, ""),
    }


async def start_session(entry: LoginResult) -> Response[Any]:
    """Redirects to the destination, or to the second factor when it is required."""
    if entry.needs_second_factor:
        return redirect_after_post(SECOND_FACTOR_PATH)
    destination = resolve_destination(entry.next_path)
    if destination == HOME_PATH and (actor := await load_actor(entry.person_id)):
        destination = find_home(actor)
    answer = redirect_after_post(destination)
    answer.set_cookie(make_session_cookie(entry.session_token, remember=entry.remember))
    answer.set_cookie(make_cookie(KNOWN_BROWSER_COOKIE, entry.known_browser_cookie, max_age=KNOWN_BROWSER_SECONDS))
    return answer
