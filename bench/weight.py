"""Requests and compressed bytes of each page of the journey, counted by a real browser on the wire.

Cold: an empty cache. Warm: the assets are there already. Bytes are what Chromium received, headers included; the
stream is left out of a page's weight. Budgets: design.md, « Weak lines ».
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from e2e.conftest import CHROMIUM, FLAGS, Server, free_port
from e2e.people import Person

FIRST_VISIT, NAVIGATION, FIRST_REQUESTS = 30_000, 6_000, 4


@dataclass(frozen=True)
class Weight:
    page: str
    cache: str
    requests: int
    received: int
    budget: int
    most_requests: int = 99

    @property
    def kept(self) -> bool:
        return self.received <= self.budget and self.requests <= self.most_requests


class Meter:
    """Counts what one page receives, through the DevTools protocol."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.responseReceived", self._note)
        self.session.on("Network.loadingFinished", self._add)
        self.reset()

    def reset(self) -> None:
        self.received, self.requests = 0, 0
        self._streams: set[str] = set()
        self._cached: set[str] = set()

    def _note(self, event: dict[str, Any]) -> None:
        response = event["response"]
        if response.get("mimeType") == "text/event-stream":
            self._streams.add(event["requestId"])
        if response.get("fromDiskCache") or response.get("fromPrefetchCache"):
            self._cached.add(event["requestId"])

    def _add(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._streams | self._cached and event["encodedDataLength"]:
            self.received += int(event["encodedDataLength"])
            self.requests += 1


@contextmanager
def _world() -> Iterator[tuple[Server, Browser]]:
    server = Server(Path(tempfile.mkdtemp(prefix="aplus-bench-")), free_port())
    server.run("seed")
    server.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield server, browser
        browser.close()
    server.stop()


def weigh() -> int:
    """Prints the table; 1 when a budget is broken."""
    with _world() as (server, browser):
        weights = [*_login(server, browser), *_signed_in(server, browser)]
    print(f"{'page':44} {'cache':6} {'requests':>8} {'bytes':>8} {'budget':>8}")
    for weight in weights:
        mark = "" if weight.kept else "  OVER"
        print(f"{weight.page:44} {weight.cache:6} {weight.requests:8} {weight.received:8} {weight.budget:8}{mark}")
    return 0 if all(weight.kept for weight in weights) else 1


def _context(server: Server, browser: Browser) -> BrowserContext:
    return browser.new_context(base_url=server.url, locale="fr-FR")


def _measure(meter: Meter, page: str, cache: str, budget: int, do: Callable[[], object]) -> Weight:
    meter.reset()
    do()
    meter.session.send("Runtime.evaluate", {"expression": "1"})
    return Weight(page, cache, meter.requests, meter.received, budget)


def _settled(page: Page) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)


def _go(page: Page, address: str) -> Callable[[], None]:
    def do() -> None:
        page.goto(address)
        _settled(page)

    return do


def _press(page: Page, button: str) -> Callable[[], None]:
    def do() -> None:
        page.get_by_role("button", name=button).click()
        _settled(page)

    return do


def _login(server: Server, browser: Browser) -> list[Weight]:
    page = _context(server, browser).new_page()
    meter = Meter(page)
    cold = _measure(meter, "/login", "cold", FIRST_VISIT, _go(page, "/login"))
    warm = _measure(meter, "/login", "warm", NAVIGATION, _go(page, "/login"))
    return [replace(cold, most_requests=FIRST_REQUESTS), warm]


def _signed_in(server: Server, browser: Browser) -> list[Weight]:
    agent = Person(_context(server, browser).new_page(), "agent.lot@exemple.fr")
    agent.log_in()
    page, case = agent.page, agent.send_case(subject="Pesée")
    agent.writes("Un premier message.")
    state = page.context.storage_state()
    cold_page = browser.new_context(base_url=server.url, storage_state=state).new_page()
    cold = Meter(cold_page)
    meter = Meter(page)
    return [
        _measure(cold, "/demandes", "cold", FIRST_VISIT, _go(cold_page, "/demandes")),
        _measure(cold, "la demande", "warm", NAVIGATION, _go(cold_page, case)),
        _measure(meter, "/demandes", "warm", NAVIGATION, _go(page, "/demandes")),
        _measure(meter, "/aide", "warm", NAVIGATION, _go(page, "/aide")),
        *_wizard(agent, meter),
        _measure(meter, "la demande", "warm", NAVIGATION, _go(page, case)),
        _message(agent, meter),
        _measure(meter, "clore (fragment)", "warm", NAVIGATION, _press(page, "Clore la demande")),
    ]


def _message(agent: Person, meter: Meter) -> Weight:
    return _measure(meter, "envoyer un message", "warm", NAVIGATION, lambda: agent.writes("Un second message."))


def _wizard(agent: Person, meter: Meter) -> Iterator[Weight]:
    page = agent.page
    yield _measure(meter, "étape mode", "warm", NAVIGATION, _go(page, "/demandes/nouvelle"))
    yield _measure(meter, "étape catégorie", "warm", NAVIGATION, _press(page, "Continuer"))
    page.get_by_role("radio", name="Social / Famille").check()
    yield _measure(meter, "étape sujet", "warm", NAVIGATION, _press(page, "Continuer"))
    page.get_by_role("radio", name="Étude ou versement d’une aide anormalement long").check()
    yield _measure(meter, "étape organismes", "warm", NAVIGATION, _press(page, "Continuer"))
    yield _measure(meter, "étape usager", "warm", NAVIGATION, _press(page, "Continuer"))
