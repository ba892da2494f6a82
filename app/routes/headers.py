"""The headers of every answer: errors, files and redirections carry them too."""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from app.routes.respond import NOTICE_COOKIE

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def finish(message: Message, scope: Scope) -> None:
    """The outermost hook. A notice shows once."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")
        if _shows_notice(scope, message["status"]):
            headers.add("Set-Cookie", f"{NOTICE_COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax")


def _shows_notice(scope: Scope, status: int) -> bool:
    """A page that has just shown the confirmation: the next one will not."""
    cookies = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    return status == 200 and NOTICE_COOKIE in cookies and not scope["path"].startswith("/s/")
