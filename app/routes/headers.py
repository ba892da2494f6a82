"""The headers of every answer with a body: errors, files, streams and redirections carry them too.

Each byte is paid at every page: the policies are written without blanks, and turn everything off first.
Source: security.md 1.6, T63.
"""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from app.routes.respond import NOTICE_COOKIE, cookie
from app.settings import Settings, settings

_YEAR = 365 * 24 * 3600
FILE_POLICY = "default-src 'none';frame-ancestors 'none'"


def page_policy(chosen: Settings) -> str:
    """A form may lead on to ProConnect, by a redirection of ours, where the settings offer it."""
    forms = f"'self' {chosen.proconnect.origin}" if chosen.proconnect.offered else "'self'"
    return (
        f"{FILE_POLICY};base-uri 'none';connect-src 'self';form-action {forms};"
        "img-src 'self';script-src 'self';style-src 'self'"
    )


BODILESS = frozenset({204, 304})
"""Nothing in them to wall, and a page that is being typed in or left open asks for many: 64 bytes instead of 431."""
WALLS = {
    "Content-Security-Policy": page_policy(settings),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(),geolocation=(),microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
if settings.over_https:
    WALLS["Strict-Transport-Security"] = f"max-age={_YEAR};includeSubDomains"
SECRET_PATHS = ("/login/lien/", "/login/proconnect/", "/invitations/", "/lettres/")
BARE_ORIGIN = "strict-origin"
"""Of a page whose address is a secret, not even our own server is told which it was. Not « no-referrer »: a browser
then sends « Origin: null » with the form, and one too old to send Sec-Fetch-Site could not log in."""
_FORGET = cookie(NOTICE_COOKIE, "", max_age=0).to_header(header="")


async def finish(message: Message, scope: Scope) -> None:
    """The outermost hook: what a route said of itself stays. A notice shows once."""
    if message["type"] == "http.response.start" and message["status"] not in BODILESS:
        headers = MutableScopeHeaders.from_message(message)
        if scope["path"].startswith(SECRET_PATHS):
            headers["Referrer-Policy"] = BARE_ORIGIN
        for name, value in WALLS.items():
            headers.setdefault(name, value)
        if headers["Cache-Control"] == "no-store":
            headers.pop("Vary", None)  # said to caches, and none keeps this
        if _shows_notice(scope, message["status"]):
            headers.add("Set-Cookie", _FORGET)


def _shows_notice(scope: Scope, status: int) -> bool:
    """A page that has just shown the confirmation: the next one will not."""
    cookies = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    return status == 200 and NOTICE_COOKIE in cookies and not scope["path"].startswith("/s/")
