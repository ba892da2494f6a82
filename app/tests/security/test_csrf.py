"""CSRF is checked in one place for each unsafe method, even where a handler takes no form: origin first, then token."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from litestar import Litestar, post

from app.main import create_app
from app.routes import guards
from app.routes.handlers import list_resolved_handlers, list_route_handlers
from app.routes.middleware.csrf import SAFE_METHODS, check_request
from app.settings import SmsSettings, settings
from app.tests.access_matrix.rules import Access
from app.tests.access_matrix.test_routes import ALLOWED, Cell, cells, expected
from app.tests.access_matrix.world import ALL_LOGINS, World, build_world, load_row_ids
from app.tests.support.browser import BASE, Browser, Page
from db.piccolo_app import APP_CONFIG

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from pathlib import Path

    import httpx2

    from app.cast import Cast
    from app.domain.accounts.actor import Actor
    from app.gateways.files.store import EncryptedFileStore

    SignIn = Callable[[Actor], Awaitable[Browser]]

ELSEWHERE = "https://ailleurs.example"
OLD_PAGE, REFUSED = "Cette page était ouverte depuis trop longtemps", "Cette action n’est pas possible"
EXEMPT = {
    "POST /mails/{link:str}/arret",  # a mail provider's one press: its signed link replaces the token (RFC 8058)
    "POST /lettres/{link:str}/arret",
    "POST /sms/reponses",  # the SMS provider: a bearer secret, which no page of another site has
    "POST /textos/reponses",
}
SECRET = "un-secret-de-plus-de-trente-deux-lettres"
BY_SECRET = {"authorization": f"Bearer {SECRET}"}


def unsafe(application: Litestar) -> set[str]:
    """« METHOD path » of each route that may change something."""
    return {
        f"{method} {path}"
        for handler in list_resolved_handlers(application)
        for method in handler.http_methods - SAFE_METHODS
        for path in handler.paths
    }


def test_one_hook_checks_every_request_and_no_other_replaces_it(shared_routes: Litestar) -> None:
    """Litestar runs only the hook of the nearest layer: one on a handler or a router would drop the check."""
    handlers = list_resolved_handlers(shared_routes)
    assert len(handlers) > 150 and shared_routes.before_request is check_request
    for handler in handlers:
        own = [layer for layer in handler.ownership_layers[1:] if layer.before_request is not None]
        assert not own, f"{handler.handler_name}: a before_request replaces the check of CSRF"
        assert handler.resolve_before_request() is check_request, handler.handler_name


def test_two_handlers_alone_are_exempt_from_the_token(shared_routes: Litestar) -> None:
    exempt = {
        f"{method} {path}"
        for handler in list_resolved_handlers(shared_routes)
        if "csrf" in handler.opt
        for method in handler.http_methods
        for path in handler.paths
    }
    assert exempt == EXEMPT, "an exemption is a decision: say beside it what stands for the token"


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_a_handler_that_takes_no_form_is_checked_all_the_same(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    @post("/oubli", guards=[guards.allow_anyone])
    async def forget_the_form() -> None:
        calls.append("/oubli")

    monkeypatch.setattr("app.main.list_route_handlers", lambda: [*list_route_handlers(), forget_the_form])
    async with Browser(create_app()) as browser:
        refused = await browser.http.post("/oubli", headers={"origin": BASE})
        assert refused.status_code == 403 and Page(refused).h1 == OLD_PAGE and calls == []

        token = (await browser.get("/login")).soup.find("input", {"name": "jeton"})
        assert token is not None
        taken = await browser.http.post("/oubli", data={"jeton": str(token["value"])}, headers={"origin": BASE})
        assert taken.status_code == 201 and calls == ["/oubli"]


def senders(world: World, numbers: dict[str, int]) -> dict[str, tuple[str, Cell]]:
    """For each post, the first person and target with the right by the matrix: only the check can refuse them."""
    found: dict[str, tuple[str, Cell]] = {}
    for cell in cells(world, numbers):
        public = cell.row.rule in (Access.ANYBODY, Access.NOBODY)
        for who in ("anonymous",) if public else ALL_LOGINS:
            if cell.row.method == "POST" and (public or expected(cell, who, world, partial=False) >= ALLOWED):
                found.setdefault(cell.row.name, (who, cell))
    return found


def sizes_in(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_size) for path in folder.rglob("*"))


async def every_row() -> dict[str, list[dict[str, Any]]]:
    tables = APP_CONFIG.table_classes
    return {table.__name__: await table.select().order_by(table._meta.primary_key) for table in tables}


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_every_post_without_its_token_or_from_elsewhere_is_refused_and_writes_nothing(
    application: Litestar,
    cast: Cast,
    sign_in: SignIn,
    anonymous_browser: Browser,
    files: EncryptedFileStore,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guards, "settings", replace(settings, sms=SmsSettings(answers_secret=SECRET)))
    world = await build_world(cast, files, now)
    browsers = {who: await sign_in(getattr(cast, who)) for who in ALL_LOGINS} | {"anonymous": anonymous_browser}
    pages = {who: await one.get("/login" if who == "anonymous" else "/profil") for who, one in browsers.items()}
    tokens = {who: str(page.soup.find("input", {"name": "jeton"})["value"]) for who, page in pages.items()}  # type: ignore[index]
    known = senders(world, await load_row_ids(cast))
    for cell in cells(world, await load_row_ids(cast)):
        if cell.row.method == "POST":
            known.setdefault(cell.row.name, ("admin", cell))  # the address has nothing: refused before it is looked up
    assert set(known) == unsafe(application), "each unsafe method of each route is tried"

    async def send(who: str, cell: Cell, token: str, **headers: str) -> httpx2.Response:
        form = {"jeton": token, "List-Unsubscribe": "One-Click", **cell.row.form}
        return await browsers[who].http.post(cell.path, data=form, headers=headers | BY_SECRET, follow_redirects=False)

    rows, sizes = await every_row(), sizes_in(files.folder)
    for name, (who, cell) in known.items():
        others = tokens["agent_lot" if who != "agent_lot" else "agent_cher"]
        for token in ("", others) if name not in EXEMPT else ():
            answer = await send(who, cell, token, origin=BASE)
            assert answer.status_code == 403 and OLD_PAGE in answer.text, (name, who, token)
        answer = await send(who, cell, tokens[who], origin=ELSEWHERE)
        assert answer.status_code == 403 and REFUSED in answer.text, (name, who)
    assert (await every_row(), sizes_in(files.folder)) == (rows, sizes) and sizes
