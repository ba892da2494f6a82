"""Which person and which browser: read from two cookies before any route. A browser without a name gets one.

The session's id is our own, new at each login (Litestar's is not: security.md 0.1). From here the trail knows from
where each action comes (app/domain/audit/log.py).
"""

from typing import Any

from litestar.connection import ASGIConnection, Request
from litestar.datastructures import Cookie
from litestar.middleware import ASGIMiddleware
from litestar.response import Response
from litestar.types import ASGIApp, Receive, Scope, Send

from app.domain.audit.log import Origin, acting_from, note_refusal
from app.domain.audit.refusals import note_denial
from app.domain.authentication.identify import Recognised, recognise
from app.domain.authentication.sessions import REMEMBERED, note_use
from app.domain.platform.state import reading_only
from app.domain.tokens import new_token
from app.routes.deps import provide_now
from app.routes.middleware.client_address import office_of
from app.routes.middleware.public_paths import for_anybody
from app.routes.middleware.read_only import writes_nothing
from app.routes.respond import cookie, cookie_name
from app.routes.user_agent import browser_label

SESSION_COOKIE = cookie_name("aplus_session")
BROWSER_COOKIE = cookie_name("aplus_navigateur")
_BEFORE, _, _AFTER = cookie(BROWSER_COOKIE, "NAME", max_age=24 * 3600).to_header(header="").partition("NAME")
"""Written once: of a page for anybody, Litestar's cookies are a tenth of the work."""
_ADMINISTERED = ("/administration", "/equipe", "/personnes")
BY_ITSELF = ("/flux", "/nouvelles")
"""What an open page asks without anybody being there."""
Connection = ASGIConnection[Any, Any, Any, Any]


class Authentication(ASGIMiddleware):
    """Anonymous is a legal result: the guards decide who may enter. One question says who asks and what holds."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """A refusal is noted once it is answered: the time of an answer does not tell a hidden case from none."""
        if for_anybody(scope):
            await next_app(scope, receive, send)
            return
        connection: Connection = ASGIConnection(scope)
        now = await provide_now(connection.app.state)
        asking = await recognise(connection.cookies.get(SESSION_COOKIE, ""), now)
        _note_who(scope, connection, asking)
        origin = Origin(office_of(connection), browser_label(connection.headers.get("user-agent", "")))
        with acting_from(origin), reading_only(on=writes_nothing(scope, asking.platform)):
            if asking.session and not scope["path"].endswith(BY_ITSELF):
                await note_use(asking.session, now)
            await next_app(scope, receive, send)
            await _note_refusal(scope, connection)


async def _note_refusal(scope: Scope, connection: Connection) -> None:
    """Of a visitor who is not signed in, the journal alone has it: the trail must not fill by a stranger's loop."""
    refused, denied = scope["state"].get("refused_case"), scope["state"].get("denied")
    if connection.user is None or not (refused or denied):
        return
    now, place = await provide_now(connection.app.state), str(scope.get("path_template"))
    if refused:
        await note_refusal(connection.user.id, refused, now)
    elif place.startswith(_ADMINISTERED):
        params: dict[str, Any] = scope["path_params"]
        about = {"team_id": params.get("team_id"), "about_id": params.get("person_id")}
        await note_denial(connection.user.id, f"{scope.get('method')} {place}", now, **about)


def _note_who(scope: Scope, connection: Connection, asking: Recognised) -> None:
    """For the guards, the routes and the layout: request.user, request.auth (the session) and request.state."""
    browser = connection.cookies.get(BROWSER_COOKIE) or new_token()
    scope["state"].update(asking=asking, platform=asking.platform, contacts=asking.contacts, browser=browser)
    scope["user"], scope["auth"] = asking.actor, asking.session if asking.actor else None


def name_browser(request: Request[Any, Any, Any], response: Response[Any]) -> Response[Any]:
    """Gives the browser its cookie the first time an anonymous page with a form is shown."""
    browser = request.state.browser
    if request.scope.get("user") is None and request.cookies.get(BROWSER_COOKIE) != browser:
        response.headers["set-cookie"] = f"{_BEFORE}{browser}{_AFTER}"
    return response


def keep_browser(request: Request[Any, Any, Any], response: Response[Any]) -> Response[Any]:
    """The same for a person signed in, whose cookie of the browser may have gone: the link is bound to it."""
    response.set_cookie(cookie(BROWSER_COOKIE, request.state.browser, max_age=24 * 3600))
    return response


def session_cookie(token: str, *, remember: bool) -> Cookie:
    """Without « Rester connecté » the cookie goes when the browser closes."""
    return cookie(SESSION_COOKIE, token, max_age=int(REMEMBERED.total_seconds()) if remember else None)
