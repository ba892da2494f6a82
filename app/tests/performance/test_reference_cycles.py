"""A request leaves no reference cycle: Python’s full collection may wait for the night."""

import asyncio
import gc
import ssl
import subprocess
import sys
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from litestar import Litestar, Request

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.oidc import AuthorizationRequest
from app.domain.memo import Memo
from app.gateways.proconnect import ProConnect
from app.routes.live.sse import make_event_stream
from app.server import background
from app.settings import ROOT
from app.settings import ProConnectSettings as Chosen
from app.tests.support.browser import BASE, Browser
from app.tests.support.oidc_provider import run_provider

SignIn = Callable[[Actor], Awaitable[Browser]]
FREEZE_SCRIPT = """
import gc
from app.server.serve import tune_garbage_collector
tune_garbage_collector()
assert gc.get_freeze_count() > 10_000 and gc.get_threshold()[2] == 1_000
"""
FROM_HERE = {"origin": BASE}


@contextmanager
def find_cycles(kind: type) -> Iterator[list[object]]:
    """Filled on exit: the objects of this kind that only Python’s full collection finds."""
    found: list[object] = []
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield found
        gc.collect()
        found += [one for one in gc.garbage if isinstance(one, kind)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_no_request_is_left_after_any_answer(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    with find_cycles(Request) as left:
        page = await browser.get(f"/demandes/{case_id}")
        assert (await browser.press(page, "Envoyer le message", message="")).status == 422
        assert (await browser.press(page, "Envoyer le message", message="Bien reçu.")).status == 200
        sent = {"message": "À copier.", "jeton": page.soup.find("input", {"name": "jeton"})["value"]}  # type: ignore[index]
        lost = await browser.http.post(f"/demandes/{uuid4()}/messages", data=sent, headers=FROM_HERE)
        assert lost.status_code == 404 and "À copier." in lost.text, "a page that reads the body"
        for path, status in (("/demandes", 200), ("/rien", 404), ("/administration", 404)):
            assert (await browser.get(path)).status == status
    assert not left


async def test_who_closes_the_page_is_let_go_at_once_and_leaves_nothing_in_circles(
    cast: Cast, application: Litestar
) -> None:
    bus, gone = application.state.bus, asyncio.Event()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pass

    async def listen(queue: "asyncio.Queue[Any]") -> AsyncGenerator[bytes, None]:
        while bus.has_stream(queue):
            yield b""
            await queue.get()

    with find_cycles(asyncio.Queue) as left:
        stream: Any = make_event_stream(bus, cast.agent_lot, listen)
        page = asyncio.create_task(stream({}, receive, send))
        await asyncio.sleep(0.05)
        assert bus.open_streams == 1

        gone.set()
        await asyncio.wait_for(page, 10)
        assert bus.open_streams == 0
        del page
    assert not left


async def test_an_exchange_with_proconnect_leaves_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finalizer of authlib breaks the cycle as it is collected, and so hides it from find_cycles."""
    made: list[weakref.ref[object]] = []
    issued = AuthorizationRequest("s" * 64, "n" * 64, "v" * 64)

    def client(**settings: Any) -> AsyncOAuth2Client:
        opened = AsyncOAuth2Client(**settings)
        made.append(weakref.ref(opened))
        return opened

    monkeypatch.setattr("app.gateways.proconnect.AsyncOAuth2Client", client)
    with run_provider() as provider, find_cycles(ssl.SSLContext) as left:
        gateway = ProConnect(Chosen(provider.issuer, "us", "secret"), BASE)
        back = provider.sign_in(await gateway.build_authorization_url(issued), "carmen")
        await gateway.fetch_claims(parse_qs(urlsplit(back).query)["code"][0], issued, datetime.now(UTC))
        assert len(made) == 2 and not any(one() for one in made)
    assert not left


def test_what_is_there_for_good_is_put_aside() -> None:
    subprocess.run([sys.executable, "-c", FREEZE_SCRIPT], cwd=ROOT, check=True)


@pytest.mark.parametrize("hour, looked", [(1, True), (2, False)])
async def test_each_process_forgets_each_hour_and_looks_for_circles_at_night(
    monkeypatch: pytest.MonkeyPatch, hour: int, looked: bool
) -> None:
    """In summer Paris is two hours ahead."""
    monkeypatch.setattr(background, "MEMO_CLEAR_INTERVAL", 0.01)
    made, circles = Memo(), []
    made(str.upper, "a")
    monkeypatch.setattr(gc, "collect", lambda: circles.append(1))

    async with background.run_in_background(
        background.clear_memos_hourly(lambda: datetime(2026, 7, 1, hour, 30, tzinfo=UTC))
    ):
        await asyncio.sleep(0.2)

    assert not len(made) and bool(circles) == looked
