"""The token of every form, bound to the person or, before login, to the browser.

It is not bound to the session, so that a form filled before a session ended can be sent after logging in again. A
random pad makes each render differ, so that compression does not reveal the token (BREACH). Source: security.md 0.2.

check_request is the application's only before_request: for each unsafe request it checks the origin, then the token.
"""

import secrets
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from markupsafe import Markup

from app.domain.tokens import compute_hmac, is_equal_constant_time
from app.routes.forms import read_form
from app.settings import settings

TOKEN_FIELD = "jeton"  # noqa: S105 # nosec B105
_PAD_LENGTH = 8
_INPUT_START, _INPUT_END = Markup('<input type="hidden" name="{}" value="').format(TOKEN_FIELD), Markup('">')
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def _find_token_owner(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    actor = connection.scope.get("user")
    return f"person:{actor.id}" if actor else f"browser:{connection.state.get('browser', '')}"


def make_token(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    pad = secrets.token_hex(_PAD_LENGTH // 2)
    return f"{pad}{_compute_token_hmac(connection, pad)}"


def _compute_token_hmac(connection: ASGIConnection[Any, Any, Any, Any], pad: str) -> str:
    """96 bits are enough, since each guess is a request."""
    return compute_hmac("csrf", _find_token_owner(connection) + pad)[:24]


def csrf_field(request: Request[Any, Any, Any]) -> Markup:
    """The hidden input of every form. One token a page, so that compression writes it once."""
    token: str = request.state.setdefault("token", make_token(request))
    return Markup().join((_INPUT_START, token, _INPUT_END))


def check_token(connection: ASGIConnection[Any, Any, Any, Any], token: str) -> None:
    """Raises PermissionDeniedException (403) for a token of another person or browser."""
    pad, mac = token[:_PAD_LENGTH], token[_PAD_LENGTH:]
    if not is_equal_constant_time(mac, _compute_token_hmac(connection, pad)):
        raise PermissionDeniedException("jeton")


async def check_request(request: Request[Any, Any, Any]) -> None:
    """Runs after the guards, so that a person without the right is refused before the body is read.

    Leaves the form in request.state for app.routes.forms.provide_form. opt={"csrf": "none"} exempts a handler from the
    token, never from the origin. Raises PermissionDeniedException, and what read_form raises.
    """
    if request.method in SAFE_METHODS:
        return
    if not is_same_origin(request):
        raise PermissionDeniedException("origine")
    if request.route_handler.opt.get("csrf") == "none":
        return
    request.state.form = await read_form(request)
    check_token(request, str(request.state.form.get(TOKEN_FIELD) or ""))


def is_same_origin(request: Request[Any, Any, Any]) -> bool:
    """Old browsers send neither header: then only the token protects."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    return site == "same-origin" if site else origin is None or origin in _list_own_origins(request)


def _list_own_origins(request: Request[Any, Any, Any]) -> set[str]:
    """PUBLIC_URL. On loopback also the other local names with our port, which no other site can have."""
    own = {settings.public_url}
    if settings.on_loopback:
        own |= {f"http://{name}:{settings.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    return own
