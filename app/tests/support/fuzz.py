"""Requests that no page sends, to every address: values, shapes and types that have broken a form somewhere.

Drawn from a seed, so that a failure can be sent again. Source: security.md T30.
"""

import inspect
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from uuid import UUID

import httpx2
from litestar import Litestar
from litestar.routes import HTTPRoute

from app.tests.support.browser import BASE, Browser, fill_path

TEXTS = (
    "",
    " ",
    "\0",
    "avant\0après",
    "\ud800",
    "\u202egnp.exe",
    "-1",
    "0",
    "1",
    "2147483648",
    "9223372036854775808",
    "1" * 40,
    "1e999",
    "NaN",
    "٣",
    "²",
    "true",
    "[]",
    "{}",
    "%",
    "%_%_%",
    "'; drop table cases; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "=cmd()",
    "a\r\nb: c",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31T23:59",
    "a@b",
    "x@exemple.fr",
    "3f0e8a52-6a3c-4b3e-9a8e-0d5f6a1c2b3d",
    "é" * 6_000,
)
HUGE = "x" * 1_000_000
LONGEST_QUERY = 60_000
"""No server reads a longer line: uvicorn answers 400 itself."""
PLACES = {
    "int": ("0", "-1", "2147483648", "9223372036854775808", "1" * 40, "1e3", "%00", "٣"),
    "uuid": ("3f0e8a52-6a3c-4b3e-9a8e-0d5f6a1c2b3d", "0", "x" * 300, "%00", "%ED%A0%80"),
    "str": ("%00", "%ED%A0%80", "%2e%2e", "x" * 3_000, "%C3%A9", "{{7}}", "%0d%0a", "'"),
    "path": ("%00", "..%2f..%2fetc", "%ED%A0%80", "x" * 3_000),
}
STRANGE_TYPES = (
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded; charset=utf-7x",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=xyz",
    "é",
)
_BOUNDARY = "limite"
EXCLUDED_PATHS = ("/deconnexion", "/administration/maintenance", "/flux", "/readyz")
"""Logout, maintenance, a stream that does not end, the answer to a monitor: each has its own tests."""
ROLES = ("nobody", "agent_lot", "referent_caf_lot", "manager_caf_lot", "supervisor_lot", "admin", "newcomer_lot")


@dataclass(frozen=True)
class FuzzRequest:
    """Its repr is enough to send it again."""

    method: str
    path: str
    body: bytes = b""
    content_type: str = ""


async def find_form_token(browser: Browser) -> str:
    """The token that a form of this person must carry."""
    for path in ("/profil", "/login"):
        field = (await browser.get(path)).soup.find("input", {"name": "jeton"})
        if field:
            return str(field["value"])
    raise AssertionError("no form")


async def send(browser: Browser, one: FuzzRequest) -> httpx2.Response:
    headers = {b"origin": BASE.encode()}
    if one.content_type:
        headers[b"content-type"] = one.content_type.encode()
    url = httpx2.URL(BASE).copy_with(raw_path=one.path.encode())
    return await browser.http.request(one.method, url, content=one.body, headers=headers, follow_redirects=False)


def build_hostile_requests(
    application: Litestar, draw: random.Random, token: str, **known: UUID
) -> Iterator[FuzzRequest]:
    """One for each method and address, except EXCLUDED_PATHS. A form carries `token`, to reach the code behind it."""
    for route in application.routes:
        if isinstance(route, HTTPRoute) and not route.path.endswith(EXCLUDED_PATHS):
            for method in sorted(route.methods & {"GET", "POST"}):
                yield _request(route, method, draw, token, known)


def _request(route: HTTPRoute, method: str, draw: random.Random, token: str, known: dict[str, UUID]) -> FuzzRequest:
    path, names = _path(route.path, draw, known), _names(route, method)
    if method == "GET":
        return FuzzRequest(method, f"{path}?{_encoded(_fields(names, draw))[:LONGEST_QUERY]}")
    fields = [("jeton", token), *_fields(names, draw)]
    if draw.random() < 0.15:
        return FuzzRequest(method, path, _encoded(fields).encode(), draw.choice(STRANGE_TYPES))
    if draw.random() < 0.3:
        return FuzzRequest(method, path, _multipart(fields), f"multipart/form-data; boundary={_BOUNDARY}")
    return FuzzRequest(method, path, _encoded(fields).encode(), "application/x-www-form-urlencoded")


def _path(template: str, draw: random.Random, known: dict[str, UUID]) -> str:
    """Two times in three with known ids, to reach the code behind the first check."""
    if draw.random() < 0.67:
        return fill_path(template, **known)
    return re.sub(r"\{[a-z_]+:([a-z]+)\}", lambda found: _quoted(draw.choice(PLACES[found[1]])), template)


def _quoted(place: str) -> str:
    return quote(place, safe="%")


def _names(route: HTTPRoute, method: str) -> list[str]:
    """Every quoted word of the handler’s module: the names of its fields are among them."""
    handler = next(handler for handler in route.route_handlers if method in handler.http_methods)
    source = inspect.getsource(inspect.getmodule(handler.fn))  # type: ignore[arg-type]
    return sorted(set(re.findall(r'"([a-z][a-z-]{1,30})"', source)))


def _fields(names: list[str], draw: random.Random) -> list[tuple[str, str]]:
    """Some of the fields, once, twice or as a list, in any order."""
    chosen = [name for name in names if draw.random() < 0.8]
    fields = [(draw.choice((name, name, name, f"{name}[]")), _text(draw)) for name in chosen]
    fields += [(name, _text(draw)) for name in chosen if draw.random() < 0.2]
    if chosen and draw.random() < 0.02:
        fields.append((draw.choice(chosen), HUGE))
    draw.shuffle(fields)
    return fields


def _text(draw: random.Random) -> str:
    """A value that has broken something, or any characters."""
    if draw.random() < 0.8:
        return draw.choice(TEXTS)
    return "".join(chr(draw.randrange(0x110000)) for _ in range(draw.randrange(40)))


def _encoded(fields: list[tuple[str, str]]) -> str:
    return urlencode(fields, errors="surrogatepass")


def _multipart(fields: list[tuple[str, str]]) -> bytes:
    """The second half of the fields are files."""
    parts = []
    for place, (name, value) in enumerate(fields):
        file = f'; filename="{value[:40]}"' if name != "jeton" and place % 2 else ""
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        parts.append((head + value + "\r\n").encode(errors="surrogatepass"))
    return b"".join([*parts, f"--{_BOUNDARY}--\r\n".encode()])
