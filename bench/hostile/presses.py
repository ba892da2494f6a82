"""Presses twice at one place: at each width, delay and way of e2e/double_press.py, on every step of the wizard and on
every button that opens a panel. A part of it runs in bin/test (e2e/test_double_press.py).
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

from playwright.sync_api import Browser, Locator, expect

from bench.hostile.table import report
from e2e.browser import TIMEOUT_MS, open_browser
from e2e.double_press import DELAYS, METHODS, WIDTHS, DoublePress
from e2e.people import Person
from e2e.server import Server, run_server

PANELS = {
    "agent.lot": ("Retirer la demande", "Inviter un collègue", "Inviter un expert", "Clore la demande"),
    "referent.caf.lot": (
        "Transférer",
        "Ne plus suivre",
        "Inviter un organisme",
        "Inviter un expert",
        "Compléter le dossier",
    ),
}


def attack() -> int:
    with run_server() as server, open_browser() as browser:
        return max(report(name, reached) for name, reached in _scenes(server, browser))


def _scenes(server: Server, browser: Browser) -> Iterator[tuple[str, list[str]]]:
    people = {login: _sit(login, server, browser) for login in PANELS}
    case = people["agent.lot"].send_case(subject="Deux pressions")
    pressers = {login: DoublePress(person.page) for login, person in people.items()}
    yield "steps of the wizard", list(_wizards(people["agent.lot"], pressers["agent.lot"]))
    for login, names in PANELS.items():
        for name in names:
            yield f"« {name} », {login}", list(_panels(pressers[login], case, name))


def _sit(login: str, server: Server, browser: Browser) -> Person:
    context = browser.new_context(base_url=server.url, locale="fr-FR", has_touch=True)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    person = Person(page, f"{login}@exemple.fr")
    person.log_in()
    return person


def _wizards(agent: Person, presser: DoublePress) -> Iterator[str]:
    """Each of the seven steps, for each width, delay and way."""
    for width, delay, way in product(WIDTHS, DELAYS, METHODS):
        agent.page.set_viewport_size({"width": width, "height": 720})
        agent.page.goto("/demandes")
        steps = _PressedTwice(agent, presser, delay, way)
        steps.drafts_until_check(last_name="Double", subject="Deux pressions")
        yield from steps.reached


class _PressedTwice(Person):
    """A person who presses « Continuer » twice at each step."""

    def __init__(self, person: Person, presser: DoublePress, delay: int, way: str) -> None:
        super().__init__(person.page, person.address)
        self._presser, self._delay, self._way = presser, delay, way
        self.reached: list[str] = []

    def press_continue(self) -> None:
        heading = self.page.get_by_role("heading", level=1)
        question = heading.inner_text()
        button = self.page.get_by_role("button", name="Continuer")
        self.reached.append(
            _pressed(self._presser, button, lambda: expect(heading).not_to_have_text(question), self._delay, self._way)
        )


def _panels(presser: DoublePress, case: str, name: str) -> Iterator[str]:
    page = presser.page
    for width, delay, way in product(WIDTHS, DELAYS, METHODS):
        page.set_viewport_size({"width": width, "height": 720})
        page.goto(case)
        button = page.get_by_role("button", name=name, exact=True)
        heading = page.get_by_role("heading", name=name, exact=True)
        yield _pressed(presser, button, partial(_sees, heading), delay, way)


def _sees(heading: Locator) -> None:
    expect(heading).to_be_visible()


def _pressed(presser: DoublePress, button: Locator, arrived: Callable[[], None], delay: int, way: str) -> str:
    """What the second press reached, in words; empty for nothing."""
    try:
        presser.press_twice(button, arrived, delay, way)
    except AssertionError as reached:
        return str(reached)[:200]
    return ""
