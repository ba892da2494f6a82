"""bin/bench line: how long a person waits on a slow connection, throttled by the browser, with the server on this
machine.

Throttling is that of DevTools: latency once for each request, rates on the bytes, connecting for free. Each time is the
median of _TIMES runs. Budgets are on EDGE, where one round trip is 0.84 s. The page itself checks at each frame for
what is awaited, because the driver checks every half second only.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Page

from bench.world import BenchWorld, run_world
from e2e.people import Person

_TIMES = 3


@dataclass(frozen=True)
class LineKind:
    name: str
    down: int
    up: int
    latency: int
    """kbit/s, kbit/s, ms."""

    def slow_down(self, page: Page) -> None:
        page.context.new_cdp_session(page).send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": self.latency,
                "downloadThroughput": self.down * 1000 / 8,
                "uploadThroughput": self.up * 1000 / 8,
            },
        )


EDGE = LineKind("EDGE", 240, 200, 840)
LINES = (EDGE, LineKind("3G lente", 400, 400, 400), LineKind("ADSL saturé", 1000, 1000, 150))
BUDGETS = {
    ("login, premier affichage", EDGE.name): 2.2,
    ("login, utilisable", EDGE.name): 2.2,
    ("étape de l’assistant", EDGE.name): 1.1,
    ("message affiché comme envoyé", EDGE.name): 1.1,
}
Measured = tuple[str, float]


def measure_waiting() -> int:
    """Prints seconds for each connection. Returns 1 when a budget is exceeded."""
    broken = 0
    with run_world() as here:
        for kind in LINES:
            for what, seconds in _waits(here, kind):
                budget = BUDGETS.get((what, kind.name))
                over = budget is not None and seconds > budget
                broken += over
                verdict = f"{budget:8.1f}{'  OVER' if over else ''}" if budget else ""
                print(f"{kind.name:12} {what:34} {seconds:6.2f}{verdict}", flush=True)
    return 1 if broken else 0


def _waits(here: BenchWorld, kind: LineKind) -> Iterator[Measured]:
    paints = [_first_paint(here, kind) for _ in range(_TIMES)]
    yield "login, premier affichage", median(paint for paint, _ in paints)
    yield "login, utilisable", median(usable for _, usable in paints)
    agent = here.log_in_person("agent.lot")
    case = agent.send_case(subject=f"Ligne {kind.name}")
    kind.slow_down(agent.page)
    yield "liste, assets déjà là", _median(lambda: _until(lambda: _goto(agent, "/demandes"), agent, "Mes demandes"))
    yield "étape de l’assistant", _step(agent)
    yield from _message(here, agent, case)


def _first_paint(here: BenchWorld, kind: LineKind) -> tuple[float, float]:
    """Seconds until the form is painted, and until it can be filled in, with an empty cache."""
    page = here.context().new_page()
    kind.slow_down(page)
    page.goto("/login")
    usable = page.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.context.close()
    return paint / 1000, max(paint, usable) / 1000


def _step(agent: Person) -> float:
    """Seconds from « Continuer » to the next question."""
    waits = []
    for _ in range(_TIMES):
        agent.page.goto("/demandes/nouvelle")
        agent.page.get_by_role("radio", name="Mode guidé").check()
        agent.press_continue()
        agent.page.get_by_role("radio", name="Social / Famille").check()
        waits.append(_until(agent.press_continue, agent, "Quel est le sujet ?"))
    return median(waits)


def _message(here: BenchWorld, agent: Person, case: str) -> Iterator[Measured]:
    agent.page.goto(case)
    agent.page.wait_for_timeout(3000)
    sent = []
    for n in range(_TIMES):
        agent.page.get_by_role("textbox", name="Votre message").fill(f"Message {n}")
        sent.append(_timed(lambda n=n: _says(agent, agent, f"Message {n}")))  # type: ignore[misc]
    yield "message affiché comme envoyé", median(sent)
    referent = here.log_in_person("referent.caf.lot")
    referent.page.goto(case)
    arrivals = []
    for n in range(_TIMES):
        referent.page.get_by_role("textbox", name="Votre message").fill(f"Réponse {n}")
        arrivals.append(_timed(lambda n=n: _says(referent, agent, f"Réponse {n}")))  # type: ignore[misc]
    yield "message reçu en direct", median(arrivals)


def _says(writer: Person, reader: Person, said: str) -> None:
    """From the click until the message is on the reader’s screen."""
    writer.page.get_by_role("button", name="Envoyer le message").click()
    _wait_for(reader, "#fil li:last-of-type .message-body", said)


def _wait_for(person: Person, place: str, text: str) -> None:
    person.page.wait_for_function(
        "([place, text]) => document.querySelector(place)?.textContent.replace(/\\s+/g, ' ').trim() === text",
        arg=[place, text],
    )


def _goto(person: Person, address: str) -> None:
    person.page.goto(address, wait_until="commit")


def _until(do: Callable[[], object], person: Person, heading: str) -> float:
    def whole() -> None:
        do()
        _wait_for(person, "h1", heading)

    return _timed(whole)


def _median(measure: Callable[[], float]) -> float:
    return median(measure() for _ in range(_TIMES))


def _timed(do: Callable[[], object]) -> float:
    begun = time.monotonic()
    do()
    return time.monotonic() - begun
