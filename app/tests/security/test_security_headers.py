"""Every answer has the same security headers: pages, errors, files, refusals; only our host names are served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
from litestar import Litestar, Request, Response, get

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.errors import Conflict, NotFound
from app.main import create_app
from app.routes import guards
from app.routes.forms import MAX_FORM_BYTES
from app.routes.handlers import list_route_handlers
from app.routes.middleware.csrf import TOKEN_FIELD
from app.routes.middleware.security_headers import ORIGIN_ONLY_POLICY, SECRET_PATHS, SECURITY_HEADERS
from app.routes.pages.assets import asset
from app.routes.redisplay import Refusal, redisplay
from app.settings import Settings
from app.tests.support.browser import BASE, Browser, Page, list_paths

SignIn = Callable[[Actor], Awaitable[Browser]]
POLICY, CACHE_CONTROL, REFERRER = "Content-Security-Policy", "Cache-Control", "Referrer-Policy"
FILE = "default-src 'none';frame-ancestors 'none'"


def check_security_headers(answer: httpx2.Response) -> None:
    """Exactly these headers, once each, and none that names the software. An answer without a body needs none."""
    path = answer.request.url.path
    found = {name: answer.headers.get_list(name, split_commas=False) for name in SECURITY_HEADERS}
    walls = expected(path, answer)
    assert found == {name: [walls[name]] if name in walls else [] for name in SECURITY_HEADERS}, (
        f"{path} {answer.status_code}"
    )
    assert not {"server", "x-powered-by", "via"}.intersection(answer.headers), path


def expected(path: str, answer: httpx2.Response) -> dict[str, str]:
    if answer.status_code in (204, 304):
        assert not answer.content
        return {}
    if path.startswith("/s/") and answer.status_code == 200:
        assert "permissions-policy" not in answer.headers, "that of the page counts"
        own = SECURITY_HEADERS | {POLICY: FILE, CACHE_CONTROL: "public, max-age=31536000, immutable"}
        return {name: value for name, value in own.items() if name != "Permissions-Policy"}
    if path.startswith(SECRET_PATHS):
        return {**SECURITY_HEADERS, REFERRER: ORIGIN_ONLY_POLICY}
    if path.startswith("/galerie/mails/") and answer.status_code == 200:
        own_styles = answer.headers[POLICY]  # in a sandbox: app/tests/pages/test_gallery.py
        return SECURITY_HEADERS | {POLICY: own_styles}
    return SECURITY_HEADERS


async def test_the_walls_are_these() -> None:
    """The values are repeated here, so that a line removed in the code fails."""
    assert {
        POLICY: f"{FILE};base-uri 'none';connect-src 'self';form-action 'self';"
        "img-src 'self';script-src 'self';style-src 'self'",
        "X-Content-Type-Options": "nosniff",
        REFERRER: "same-origin",
        "Permissions-Policy": "camera=(),geolocation=(),microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        CACHE_CONTROL: "no-store",
    } == SECURITY_HEADERS


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_every_answer_has_them_for_each_visitor(
    cast: Cast, case_id: UUID, sign_in: SignIn, anonymous_browser: Browser, application: Litestar
) -> None:
    statuses = set()
    for browser in (anonymous_browser, await sign_in(cast.agent_lot), await sign_in(cast.admin)):
        browser.http.follow_redirects = False
        for method in ("GET", "POST"):
            for path in list_paths(application, method, case_id=case_id):
                if not path.endswith("/flux"):  # e2e/test_https_server.py: a stream does not end
                    answer = await browser.http.request(method, path, headers={"origin": BASE})
                    check_security_headers(answer)
                    statuses |= {answer.status_code}
    assert {200, 303, 400, 401, 403, 404, 410} <= statuses


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "sender", [{"origin": "https://ailleurs.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
async def test_no_form_of_another_site_is_taken_for_any_session(
    cast: Cast,
    case_id: UUID,
    sign_in: SignIn,
    anonymous_browser: Browser,
    application: Litestar,
    sender: dict[str, str],
) -> None:
    """The token is valid, as if stolen. 404 is for people who may not know of the page."""
    for browser in (anonymous_browser, await sign_in(cast.agent_lot), await sign_in(cast.admin)):
        browser.http.follow_redirects = False
        token = (await browser.get("/login" if browser is anonymous_browser else "/profil")).soup.find(
            "input", {"name": "jeton"}
        )
        assert token is not None
        refused = [
            (await browser.http.post(path, data={"jeton": str(token["value"])}, headers=sender)).status_code
            for path in list_paths(application, "POST", case_id=case_id)
        ]
        assert set(refused) <= {401, 403, 404} and refused.count(403) > 5, refused


async def test_files_errors_and_what_is_too_heavy_have_them_too(anonymous_browser: Browser) -> None:
    http = anonymous_browser.http
    heavy = await http.post("/login", content=b"x" * (MAX_FORM_BYTES + 1), headers={"origin": BASE})
    assert heavy.status_code == 413
    packed = await http.get(asset("app.css"), headers={"accept-encoding": "br"})
    assert packed.headers["content-encoding"] == "br"
    assert (await http.request("PUT", "/login", headers={"origin": BASE})).status_code == 405
    others = [
        await http.request("PUT", "/login", headers={"origin": BASE}),
        await http.get("/s/rien.css"),
        await http.head("/login"),
        await http.head(asset("icon.svg")),
    ]
    assert [answer.status_code for answer in others] == [405, 404, 200, 200]
    stranger = await http.get("/login", headers={"host": "evil.example"})
    for answer in (heavy, packed, stranger, *others):
        check_security_headers(answer)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "", ":8000", "127.0.0.1:80:80"]
)
async def test_only_our_names_are_answered_to(anonymous_browser: Browser, host: str) -> None:
    for path in ("/login", "/s/rien.css", "/demandes"):
        page = await anonymous_browser.get(path, headers={"host": host.encode()})
        assert page.status == 400 and page.h1 == "Cette page n’a pas pu être affichée"
        assert "La plateforme n’est pas à cette adresse. Son adresse est http://127.0.0.1:8000" in page.text
        assert "evil" not in page.response.text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "LOCALHOST", "localhost:1", "[::1]:8000"])
async def test_case_and_port_of_a_name_do_not_matter(anonymous_browser: Browser, host: str) -> None:
    page = await anonymous_browser.get("/login", headers={"host": host, "x-forwarded-host": "evil.example"})
    assert page.status == 200 and "evil" not in page.response.text


@pytest.mark.parametrize("path", ["/login/lien/%00", "/demandes/%00", "/%00", "/s/%00", "/mails/a%00b"])
async def test_no_address_of_ours_has_a_nul(anonymous_browser: Browser, path: str) -> None:
    page = await anonymous_browser.get(path)
    assert page.status == 404 and page.h1 == "Cette page n’existe pas"


async def test_two_hosts_are_none(anonymous_browser: Browser) -> None:
    answer = await anonymous_browser.http.get("/login", headers=[("host", "127.0.0.1:8000"), ("host", "evil.example")])
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"public_url": "https://aplus.exemple.fr", "demo": False, "host": "0.0.0.0"}, {"aplus.exemple.fr"}),  # noqa: S104
        ({"public_url": "https://A.exemple.fr:8443/", "demo": False, "host": "10.0.0.1"}, {"a.exemple.fr"}),
        (
            {"public_url": "https://a.fr", "demo": True, "open_demo": True, "other_hosts": frozenset({"b.fr"})},
            {"a.fr", "b.fr", "127.0.0.1", "localhost", "[::1]"},
        ),
        (
            {"public_url": "https://a.fr", "demo": True, "host": "0.0.0.0", "other_hosts": frozenset({"b.fr"})},  # noqa: S104
            {"127.0.0.1", "localhost", "[::1]"},
        ),
        (
            {"public_url": "http://127.0.0.2:8000", "demo": True, "host": "127.0.0.2"},
            {"127.0.0.1", "127.0.0.2", "localhost", "[::1]"},
        ),
        ({"public_url": "https://a.fr", "demo": False, "open_demo": True, "host": "10.0.0.1"}, {"a.fr"}),
    ],
)
def test_the_names_come_from_the_settings_alone(changed: dict[str, object], names: set[str]) -> None:
    assert Settings(**changed).hosts == names  # type: ignore[arg-type]


async def lose_sight(refusal: Refusal) -> Response[Any]:
    raise NotFound("Cette demande a été confiée à quelqu’un d’autre.")


@get("/course", guards=[guards.allow_anyone])
@redisplay(lose_sight)
async def lose_a_race(request: Request[Any, Any, Any]) -> Response[Any]:
    raise Conflict("Quelqu’un d’autre a été plus rapide.")


async def test_a_form_that_may_not_be_shown_again_says_why(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.main.list_route_handlers", lambda: [*list_route_handlers(), lose_a_race])
    async with Browser(create_app()) as browser:
        page = await browser.get("/course")
    assert page.status == 404 and "confiée à quelqu’un d’autre" in page.text


async def test_a_page_has_one_token_and_the_next_page_another(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    first, second = [await browser.get("/profil") for _ in range(2)]
    assert len(tokens(first)) == len(tokens(second)) == 1 and tokens(first) != tokens(second)


def tokens(page: Page) -> set[str]:
    return {str(field["value"]) for field in page.soup.find_all("input", {"name": TOKEN_FIELD})}


async def test_no_row_s_number_reaches_the_database_when_no_row_can_have_it(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    browser = await sign_in(cast.admin)
    for number in (-7777, 2**31, 2**63, 10**30):
        for path in (f"/equipes/{number}", f"/demandes/{case_id}/messages/{number}/correction"):
            page = await browser.get(path)
            assert page.status in {400, 404} and str(number) not in page.text, path
