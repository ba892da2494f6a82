"""The token of every form: bound to the person (or, before login, to the browser), other at each render.

To the person and not to the session: a form filled before a session ended is still good after logging in again.

The pad makes two renders differ, so that compression tells nothing of it (BREACH). Source: security.md 0.2.
check_request is the application's only before_request: it checks the origin, then the token, of each unsafe request.
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
    """96 bits: each guess is a request."""
    return compute_hmac("csrf", _find_token_owner(connection) + pad)[:24]


def csrf_field(request: Request[Any, Any, Any]) -> Markup:
    """The hidden input that every form carries; one token a page, which compression writes once."""
    token: str = request.state.setdefault("token", make_token(request))
    return Markup().join((_INPUT_START, token, _INPUT_END))


def check_token(connection: ASGIConnection[Any, Any, Any, Any], token: str) -> None:
    """403 unless the token was made for this session or browser."""
    pad, mac = token[:_PAD_LENGTH], token[_PAD_LENGTH:]
    if not is_equal_constant_time(mac, _compute_token_hmac(connection, pad)):
        raise PermissionDeniedException("jeton")


async def check_request(request: Request[Any, Any, Any]) -> None:
    """Runs once the guards have passed: a person without the right is refused before the body is read, not after.

    Leaves the form in request.state for app.routes.forms.provide_form. opt={"csrf": "none"} on a handler exempts it
    from the token, never from the origin. Raises PermissionDeniedException, or ClientException as read_form does.
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
    """Old browsers say neither header: the token alone answers for them."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    return site == "same-origin" if site else origin is None or origin in _list_own_origins(request)


def _list_own_origins(request: Request[Any, Any, Any]) -> set[str]:
    """PUBLIC_URL; on loopback also the name typed (localhost or 127.0.0.1), which nobody else can claim."""
    own = {settings.public_url}
    if settings.on_loopback:
        own |= {f"http://{name}:{settings.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    return own
