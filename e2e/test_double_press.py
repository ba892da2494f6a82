"""A second press at the place of the first, just after it, does not reach newly shown content."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, StorageState, expect

from e2e.browser import TIMEOUT_MS
from e2e.double_press import DELAYS, METHODS, WIDTHS, DoublePress, find_middle, record_posts
from e2e.people import Person
from e2e.server import Server

Sit = Callable[..., Person]


@pytest.fixture
def touched(log_in_again: Sit, server: Server, chromium: Browser, sessions: dict[str, StorageState]) -> Iterator[Sit]:
    """The same person on a page of this width, with a touch screen."""
    opened = []

    def open_page(login: str, width: int) -> Person:
        log_in_again(login)
        context = chromium.new_context(
            base_url=server.url,
            locale="fr-FR",
            storage_state=sessions[login],
            has_touch=True,
            viewport={"width": width, "height": 720},
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        return Person(page, f"{login}@exemple.fr")

    yield open_page
    for context in opened:
        context.close()


def heading(page: Page, words: str) -> Locator:
    return page.get_by_role("heading", level=1, name=words)


def twice(page: Page, place: tuple[float, float], delay: int) -> None:
    page.mouse.click(*place)
    page.wait_for_timeout(delay)
    page.mouse.click(*place)


def test_two_presses_on_continue_tick_no_third_organisation(touched: Sit) -> None:
    agent = touched("agent.lot", 1280)
    page = agent.page
    page.goto("/demandes/nouvelle")
    page.get_by_role("radio", name="Mode guidé").check()
    agent.press_continue()
    page.get_by_role("radio", name="Social / Famille").check()
    agent.press_continue()
    page.get_by_role("radio", name="Étude ou versement d’une aide anormalement long").check()
    go_on = page.get_by_role("button", name="Continuer")
    expect(heading(page, "Quel est le sujet")).to_be_visible()
    twice(page, find_middle(go_on), 200)
    expect(heading(page, "Quels organismes")).to_be_visible()
    page.wait_for_timeout(1000)  # what is ticked is saved after 600 ms

    page.reload()

    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)


def test_two_presses_on_withdraw_open_its_panel_and_no_more(touched: Sit) -> None:
    agent = touched("agent.lot", 360)
    page = agent.page
    page.goto("/demandes")
    case = agent.send_case(subject="Deux clics pour retirer")
    withdraw = page.get_by_role("button", name="Retirer la demande")

    for delay in DELAYS:
        page.goto(case)
        twice(page, find_middle(withdraw), delay)
        expect(page.get_by_role("button", name="Confirmer le retrait")).to_be_visible()

    page.reload()
    agent.sees_status("Nouvelle")


@pytest.mark.parametrize("way", ["mouse", "touch"])
def test_on_a_slow_line_a_second_press_withdraws_nothing(touched: Sit, way: str) -> None:
    """The answer takes 700 ms; the second press comes as soon as the panel shows, and a third one 400 ms later."""
    agent = touched("agent.lot", 360)
    page = agent.page
    page.goto("/demandes")
    agent.send_case(subject="Pressions sur une ligne lente")
    presser, sent = DoublePress(page), record_posts(page)
    page.reload()

    def answer_late(route: Route) -> None:
        page.clock.run_for(700)
        route.continue_()

    page.route("**/retrait*", answer_late)
    confirm = page.get_by_role("button", name="Confirmer le retrait")
    presser.press_twice(
        page.get_by_role("button", name="Retirer la demande"), expect(confirm).to_be_visible, 0, way, again_after=400
    )
    assert not sent


@pytest.mark.parametrize("width", WIDTHS)
def test_every_step_of_the_wizard_is_reached_by_one_press_of_two(touched: Sit, width: int) -> None:
    """Over the five widths, each step is tried with each delay and each way of pressing."""
    agent = touched("agent.lot", width)
    page, shift = agent.page, WIDTHS.index(width)
    page.goto("/demandes")
    presser, questions = DoublePress(page), []

    def go_on() -> None:
        asked = page.get_by_role("heading", level=1)
        turn = len(questions) + shift
        questions.append(asked.inner_text())
        presser.press_twice(
            page.get_by_role("button", name="Continuer"),
            lambda: expect(asked).not_to_have_text(questions[-1]),
            DELAYS[turn % len(DELAYS)],
            METHODS[(turn + shift) % len(METHODS)],
        )

    agent.press_continue = go_on  # type: ignore[method-assign]
    agent.drafts_until_check(last_name="Double", subject="Deux pressions à chaque étape")
    assert len(questions) == 7
    sent = record_posts(page)
    twice(page, find_middle(page.get_by_role("button", name="Envoyer ma demande")), DELAYS[shift])
    agent.sees_status("Nouvelle")
    assert [one.url.rpartition("/")[2] for one in sent] == ["envoi?fragment=1"]


def test_a_button_that_opens_a_panel_opens_it_and_no_more(touched: Sit) -> None:
    agent, referent = touched("agent.lot", 1280), touched("referent.caf.lot", 1280)
    agent.page.goto("/demandes")
    case = agent.send_case(subject="Deux pressions pour un panneau")

    for person, button in ((agent, "Retirer la demande"), (agent, "Clore la demande"), (referent, "Transférer")):
        opens_once(person.page, case, button)


def test_two_presses_on_an_answer_ask_and_send_nothing(touched: Sit) -> None:
    referent, agent = touched("referent.caf.lot", 360), touched("agent.lot", 1280)
    agent.page.goto("/demandes")
    page, address = referent.page, agent.send_case(subject="Deux pressions pour une réponse")
    presser = DoublePress(page)
    for way, delay, label in zip(METHODS, DELAYS, ("C’est traité", "Non pertinente", "C’est traité"), strict=False):
        page.goto(address)
        page.get_by_role("textbox", name="Votre message").fill(f"Voyez caf.fr, {way}.")
        expect(page.get_by_text("Message gardé")).to_be_visible()  # a line that arrives while one presses
        asked = page.get_by_role("heading", name=f"Répondre « {label} » ?")
        presser.press_twice(page.get_by_role("button", name=label, exact=True), expect(asked).to_be_visible, delay, way)

    page.reload()
    referent.sees_status("Consultée")


def opens_once(page: Page, case: str, name: str) -> None:
    """At each width with another delay, and another way of pressing for each button."""
    presser = DoublePress(page)
    for turn, width in enumerate(WIDTHS, len(name)):
        page.set_viewport_size({"width": width, "height": 720})
        page.goto(case)
        presser.press_twice(
            page.get_by_role("button", name=name, exact=True),
            expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible,
            DELAYS[turn % len(DELAYS)],
            METHODS[turn % len(METHODS)],
        )
