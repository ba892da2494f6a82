"""The headers of every response with a body: pages, errors, files, streams and redirections.

Policies have no blanks, since each page sends them, and first turn everything off. Source: security.md 1.6, T63.
"""

from litestar.types import Message, Scope

from app.routes.respond import FLASH_COOKIE, add_fragment_flag, make_cookie
from app.settings import Settings, settings

_YEAR_SECONDS = 365 * 24 * 3600
FILE_POLICY = "default-src 'none';frame-ancestors 'none'"


def build_page_policy(chosen: Settings) -> str:
    """Forms may also redirect to ProConnect, where the settings offer it."""
    forms = f"'self' {chosen.proconnect.origin}" if chosen.proconnect.is_complete else "'self'"
    return (
        f"{FILE_POLICY};base-uri 'none';connect-src 'self';form-action {forms};"
        "img-src 'self';script-src 'self';style-src 'self'"
    )


BODILESS_STATUSES = frozenset({204, 304})
"""These responses have no body to protect and are frequent: 64 bytes of headers instead of 431."""
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
SECRET_PATHS = ("/login/lien/", "/login/proconnect/", "/invitations/", "/adresses/", "/mails/", "/lettres/")
ORIGIN_ONLY_POLICY = "strict-origin"
"""For pages whose address is a secret: even our own server gets no Referer with it. With « no-referrer » a browser
would send « Origin: null », and one without Sec-Fetch-Site could not log in.
"""
_CLEAR_FLASH = (b"set-cookie", make_cookie(FLASH_COOKIE, "", max_age=0).to_header(header="").encode())
_ENCODED_HEADERS = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_ASSET_HEADERS = [header for header in _ENCODED_HEADERS if header[0] != b"permissions-policy"]
"""A stylesheet or a script asks for no permission: the policy of its page counts. 66 bytes a file on a slow line."""
_ORIGIN_ONLY_HEADER = (b"referrer-policy", ORIGIN_ONLY_POLICY.encode())


async def add_security_headers(message: Message, scope: Scope) -> None:
    """The outermost hook. Headers that the route has set stay. Clears the cookie of a notice that was shown.

    Works on bytes: Litestar's headers object decodes and compares all of them for each name.
    """
    if message["type"] == "http.response.start" and message["status"] not in BODILESS_STATUSES:
        headers = [*message["headers"], *([_ORIGIN_ONLY_HEADER] if scope["path"].startswith(SECRET_PATHS) else [])]
        if message["status"] in (303, 308) and scope["state"].get("fragment"):
            headers = [(name, add_fragment_flag(said) if name == b"location" else said) for name, said in headers]
        names = {name for name, _ in headers}
        asset = message["status"] == 200 and scope["path"].startswith("/s/")
        headers += [wall for wall in (_ASSET_HEADERS if asset else _ENCODED_HEADERS) if wall[0] not in names]
        if (b"cache-control", b"no-store") in headers:
            headers = [header for header in headers if header[0] != b"vary"]  # it is for caches, and none stores this
        if _has_shown_flash(scope, message["status"]):
            headers.append(_CLEAR_FLASH)
        message["headers"] = headers


def _has_shown_flash(scope: Scope, status: int) -> bool:
    """True when the page has shown the notice of flash()."""
    if status != 200 or scope["path"].startswith("/s/"):
        return False
    return FLASH_COOKIE.encode() in dict(scope["headers"]).get(b"cookie", b"")
