"""bin/bench day: a referent's morning with sixty open cases, on a local network and on a saturated ADSL line.

They open the list, look through its views, answer 20 cases, transfer 3 and set 5 aside, by real clicks in Chromium. For
each part: presses (a click, or a choice in a list; letters are not counted), bytes that the browser receives (headers
and streams included), and the seconds that the person waits between a press and what it shows. It exits 1 when an
answer takes more than _MOST_PRESSES, or a press more than _MOST_BYTES.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page

from bench.line import LINES, LineKind
from e2e.browser import open_browser
from e2e.line import CuttableLine
from e2e.people import Person
from e2e.server import run_server

ANSWERED, TRANSFERRED, SET_ASIDE = 20, 3, 5
_LAN = LineKind("LAN", 100_000, 100_000, 1)
_ADSL = LINES[-1]
_MOST_PRESSES, _MOST_BYTES = 3, 8_000
_HEADING = "document.querySelector('h1')?.textContent.replace(/\\s+/g, ' ').trim()"


@dataclass
class Part:
    """What one part of the morning took."""

    name: str
    times: int
    presses: int = 0
    received: int = 0
    seconds: float = 0.0

    def format(self, line: str) -> str:
        return f"| {self.name} | {line} | {self.presses} | {self.received:,} | {self.seconds:.1f} |"


@dataclass
class Morning:
    """A person at their list, over one line."""

    page: Page
    line: CuttableLine
    parts: list[Part] = field(default_factory=list)

    def begin(self, name: str, times: int = 1) -> None:
        self.parts.append(Part(name, times))

    def press(self, what: Locator, shown: str) -> None:
        """`shown`: a JavaScript condition, checked at each frame."""
        self._take(what.click, shown)

    def choose(self, what: Locator, option: int) -> None:
        self._take(lambda: what.select_option(index=option), "true")

    def _take(self, act: Callable[[], object], shown: str) -> None:
        part, received, began = self.parts[-1], self.line.received, time.monotonic()
        act()
        self.page.wait_for_function(f"() => {shown}")
        part.seconds += time.monotonic() - began
        part.presses += 1
        self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(200)
        part.received += self.line.received - received

    def open_list(self) -> None:
        self.press(self.page.get_by_role("link", name="Mes demandes").first, f"{_HEADING} === 'Mes demandes'")

    def open_next_case(self) -> None:
        """The first row: the case whose answer is due first."""
        link = self.page.locator("#demandes > li").first.get_by_role("link").first
        case = str(link.get_attribute("href"))
        self.press(link, f"location.pathname === '{case}' && document.querySelector('#fil')")

    def press_button(self, name: str, shown: str) -> None:
        self.press(self.page.locator("main").get_by_role("button", name=name, exact=True).last, shown)


def measure_day() -> int:
    """Prints the table. Returns 1 when a budget is exceeded."""
    print("| part | line | presses | bytes received | seconds waited |\n|---|---|---|---|---|")
    parts = [part for kind in (_LAN, _ADSL) for part in _replay(kind)]
    broken = [part.name for part in parts if _exceeds(part)]
    for name in broken:
        print(f"OVER  {name}")
    return int(bool(broken))


def _exceeds(part: Part) -> bool:
    slow = part.name.startswith("answer") and part.presses > _MOST_PRESSES * part.times
    return slow or part.received > _MOST_BYTES * part.presses


def _replay(kind: LineKind) -> list[Part]:
    """On a server and in a browser of its own."""
    with run_server(world="e2e.sixty_cases") as server, open_browser() as browser:
        line = CuttableLine(server.port)
        context = browser.new_context(base_url=line.url, locale="fr-FR", viewport={"width": 1280, "height": 800})
        referent = Person(context.new_page(), "referent.caf.lot@exemple.fr")
        referent.log_in()
        referent.page.goto("/profil")
        kind.slow_down(referent.page)
        morning = Morning(referent.page, line)
        for do in _DAY:
            do(morning)
        for part in [*morning.parts, *_sum(morning.parts)]:
            print(part.format(kind.name), flush=True)
        line.close()
    return morning.parts


def _sum(parts: list[Part]) -> Iterator[Part]:
    total = Part("the morning", 1)
    for part in parts:
        total.presses += part.presses
        total.received += part.received
        total.seconds += part.seconds
    yield total


def _open_list(morning: Morning) -> None:
    morning.begin("open the list of sixty")
    morning.open_list()


def _triage(morning: Morning) -> None:
    """The second page, then what no person has, then back to what is due."""
    morning.begin("look through the views")
    first = str(morning.page.locator("#demandes > li").first.get_attribute("id"))
    morning.press(morning.page.get_by_role("link", name="Page suivante"), f"!document.getElementById('{first}')")
    for view in ("À personne", "À traiter"):
        tab = morning.page.locator("#vues a").filter(has_text=view)
        morning.press(tab, f"document.querySelector('#vues [aria-current]').textContent.startsWith('{view}')")


def _answer(morning: Morning) -> None:
    morning.begin(f"answer {ANSWERED}", ANSWERED)
    for number in range(ANSWERED):
        morning.open_next_case()
        text = f"Le dossier est traité, le versement part demain ({number + 1})."
        morning.page.get_by_role("textbox", name="Votre message").fill(text)
        last = "document.querySelector('#fil li:last-of-type .message-body')?.textContent.trim()"
        morning.press_button("Envoyer le message", f"{last} === '{text}'")
        morning.open_list()


def _transfer(morning: Morning) -> None:
    morning.begin(f"transfer {TRANSFERRED}", TRANSFERRED)
    for _ in range(TRANSFERRED):
        morning.open_next_case()
        morning.press_button("Transférer", "document.querySelector('#titre-geste')")
        morning.choose(morning.page.get_by_role("combobox", name="Équipe compétente"), 1)
        morning.page.get_by_role("textbox", name="Pourquoi cette équipe ?").fill("De leur ressort.")
        morning.press_button("Transférer la demande", f"{_HEADING} === 'Mes demandes'")


def _set_aside(morning: Morning) -> None:
    day = f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%d}"
    morning.begin(f"set {SET_ASIDE} aside", SET_ASIDE)
    for _ in range(SET_ASIDE):
        morning.open_next_case()
        morning.press_button("Mettre de côté", "document.querySelector('#titre-geste')")
        morning.page.get_by_label("Me le rappeler le").fill(day)
        morning.press_button("Mettre de côté", f"{_HEADING} === 'Mes demandes'")


_DAY = (_open_list, _triage, _answer, _transfer, _set_aside)
