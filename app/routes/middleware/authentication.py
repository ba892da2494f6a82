"""Reads the person and the browser from two cookies, before each route that is not public. A browser without a cookie
gets a random id, whose cookie the routes set.

Litestar's own sessions are not used, because the session id must change at each login (security.md 0.1). Actions of the
request are recorded with their network and browser (app/domain/audit/log.py).
"""

from typing import Any

from litestar.connection import ASGIConnection, Request
from litestar.datastructures import Cookie
from litestar.middleware import ASGIMiddleware
from litestar.response import Response
from litestar.types import ASGIApp, Receive, Scope, Send

from app.domain.audit.denied_access import record_denied_access
from app.domain.audit.log import Origin, record_denied_case, use_origin
from app.domain.authentication.request_context import RequestContext, load_request_context
from app.domain.authentication.sessions import REMEMBERED_LIFETIME, record_session_use
from app.domain.platform.state import set_read_only
from app.domain.tokens import make_token
from app.routes.deps import provide_now
from app.routes.middleware.client_address import read_office_network
from app.routes.middleware.public_paths import is_public_path
from app.routes.middleware.read_only import is_read_only
from app.routes.respond import build_cookie_name, make_cookie
from app.routes.user_agent import format_browser_label

SESSION_COOKIE = build_cookie_name("aplus_session")
BROWSER_COOKIE = build_cookie_name("aplus_navigateur")
_COOKIE_START, _, _COOKIE_END = (
    make_cookie(BROWSER_COOKIE, "NAME", max_age=24 * 3600).to_header(header="").partition("NAME")
)
"""Built once: Litestar needs a tenth of the time of an anonymous page to build a cookie."""
_AUDITED_PREFIXES = ("/administration", "/equipe", "/personnes")
"""Denied access to these pages is recorded; elsewhere, only to a case."""
BACKGROUND_SUFFIXES = ("/flux", "/nouvelles")
"""Addresses that an open page requests by itself: they do not count as use of the session."""
Connection = ASGIConnection[Any, Any, Any, Any]


class Authentication(ASGIMiddleware):
    """Anonymous requests pass: the guards decide who may enter. One query loads the person and the platform's state."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """A denied access is recorded after the answer, whose duration must not reveal that a hidden case exists."""
        if is_public_path(scope):
            await next_app(scope, receive, send)
            return
        connection: Connection = ASGIConnection(scope)
        now = await provide_now(connection.app.state)
        asking = await load_request_context(connection.cookies.get(SESSION_COOKIE, ""), now)
        _set_visitor(scope, connection, asking)
        origin = Origin(read_office_network(connection), format_browser_label(connection.headers.get("user-agent", "")))
        with use_origin(origin), set_read_only(on=is_read_only(scope, asking.platform)):
            if asking.session and not scope["path"].endswith(BACKGROUND_SUFFIXES):
                await record_session_use(asking.session, now)
            await next_app(scope, receive, send)
            await _record_denied_access(scope, connection)


async def _record_denied_access(scope: Scope, connection: Connection) -> None:
    """Records nothing for an anonymous visitor: a script could fill the audit log."""
    denied_case, denied = scope["state"].get("denied_case"), scope["state"].get("denied")
    if connection.user is None or not (denied_case or denied):
        return
    now, place = await provide_now(connection.app.state), str(scope.get("path_template"))
    if denied_case:
        await record_denied_case(connection.user.id, denied_case, now)
    elif place.startswith(_AUDITED_PREFIXES):
        params: dict[str, Any] = scope["path_params"]
        about = {"team_id": params.get("team_id"), "target_person_id": params.get("person_id")}
        await record_denied_access(connection.user.id, f"{scope.get('method')} {place}", now, **about)


def _set_visitor(scope: Scope, connection: Connection, asking: RequestContext) -> None:
    """Sets request.user, request.auth (the session) and request.state, for guards, routes and the layout."""
    browser = connection.cookies.get(BROWSER_COOKIE) or make_token()
    scope["state"].update(asking=asking, platform=asking.platform, contacts=asking.contacts, browser=browser)
    scope["user"], scope["auth"] = asking.actor, asking.session if asking.actor else None


def set_browser_cookie(request: Request[Any, Any, Any], response: Response[Any]) -> Response[Any]:
    """For an anonymous page with a form: sets the cookie if the browser lacks it."""
    browser = request.state.browser
    if request.scope.get("user") is None and request.cookies.get(BROWSER_COOKIE) != browser:
        response.headers["set-cookie"] = f"{_COOKIE_START}{browser}{_COOKIE_END}"
    return response


def renew_browser_cookie(request: Request[Any, Any, Any], response: Response[Any]) -> Response[Any]:
    """Sets the cookie even for a person who is logged in: a login link works only in the browser that has it."""
    response.set_cookie(make_cookie(BROWSER_COOKIE, request.state.browser, max_age=24 * 3600))
    return response


def make_session_cookie(token: str, *, remember: bool) -> Cookie:
    """Without « Rester connecté », the cookie ends with the browser."""
    return make_cookie(SESSION_COOKIE, token, max_age=int(REMEMBERED_LIFETIME.total_seconds()) if remember else None)
