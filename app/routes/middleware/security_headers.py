"""The headers of every answer with a body: errors, files, streams and redirections carry them too.

Each byte is paid at every page: the policies are written without blanks, and turn everything off first.
Source: security.md 1.6, T63.
"""

from litestar.types import Message, Scope

from app.routes.respond import FLASH_COOKIE, add_fragment_flag, make_cookie
from app.settings import Settings, settings

_YEAR_SECONDS = 365 * 24 * 3600
FILE_POLICY = "default-src 'none';frame-ancestors 'none'"


def build_page_policy(chosen: Settings) -> str:
    """A form may lead on to ProConnect, by a redirection of ours, where the settings offer it."""
    forms = f"'self' {chosen.proconnect.origin}" if chosen.proconnect.is_complete else "'self'"
    return (
        f"{FILE_POLICY};base-uri 'none';connect-src 'self';form-action {forms};"
        "img-src 'self';script-src 'self';style-src 'self'"
    )


BODILESS_STATUSES = frozenset({204, 304})
"""Nothing in them to wall, and a page that is being typed in or left open asks for many: 64 bytes instead of 431."""
SECURITY_HEADERS = {
    "Content-Security-Policy": build_page_policy(settings),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(),geolocation=(),microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
if settings.over_https:
    SECURITY_HEADERS["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS};includeSubDomains"
SECRET_PATHS = ("/login/lien/", "/login/proconnect/", "/invitations/", "/mails/", "/lettres/")
ORIGIN_ONLY_POLICY = "strict-origin"
"""Of a page whose address is a secret, not even our own server is told which it was. Not « no-referrer »: a browser
then sends « Origin: null » with the form, and one too old to send Sec-Fetch-Site could not log in."""
_CLEAR_FLASH = (b"set-cookie", make_cookie(FLASH_COOKIE, "", max_age=0).to_header(header="").encode())
_ENCODED_HEADERS = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_ORIGIN_ONLY_HEADER = (b"referrer-policy", ORIGIN_ONLY_POLICY.encode())


async def add_security_headers(message: Message, scope: Scope) -> None:
    """The outermost hook: what a route said of itself stays. A notice shows once.

    In bytes, as they leave: Litestar's own headers compare all of them, decoded, at each name.
    """
    if message["type"] == "http.response.start" and message["status"] not in BODILESS_STATUSES:
        told = [*message["headers"], *([_ORIGIN_ONLY_HEADER] if scope["path"].startswith(SECRET_PATHS) else [])]
        if message["status"] in (303, 308) and scope["state"].get("fragment"):
            told = [(name, add_fragment_flag(said) if name == b"location" else said) for name, said in told]
        names = {name for name, _ in told}
        told += [wall for wall in _ENCODED_HEADERS if wall[0] not in names]
        if (b"cache-control", b"no-store") in told:
            told = [header for header in told if header[0] != b"vary"]  # said to caches, and none keeps this
        if _has_shown_flash(scope, message["status"]):
            told.append(_CLEAR_FLASH)
        message["headers"] = told


def _has_shown_flash(scope: Scope, status: int) -> bool:
    """A page that has just shown the confirmation: the next one will not."""
    if status != 200 or scope["path"].startswith("/s/"):
        return False
    return FLASH_COOKIE.encode() in dict(scope["headers"]).get(b"cookie", b"")
