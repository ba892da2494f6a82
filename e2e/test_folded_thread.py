"""A long thread is folded: its older lines are loaded in place, and the printed page says so.

A person may send thirty messages at once: the second case serves two tests.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.domain.cases.thread.entries import RECENT_COUNT
from e2e.held import hold, wait_for_first
from e2e.people import Person
from e2e.server import Server

Sit = Callable[..., Person]


def test_older_lines_come_in_place_and_the_oldest_is_focused(log_in_again: Sit) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="Un long fil")
    agent.writes_at_once([f"Message {number:02}." for number in range(1, 26)])
    page, lines = agent.page, agent.page.locator("#fil > li")
    page.goto(case)
    expect(lines).to_have_count(RECENT_COUNT)
    referent.page.goto(case)
    expect(referent.page.get_by_text("Message 01.")).to_be_visible()
    agent.reads_part_of_line("Demande consultée par Julien Delmas")
    expect(page.get_by_role("link", name="Tout afficher pour imprimer")).to_be_visible()

    older = page.get_by_role("link", name="Voir les 7 lignes plus anciennes")
    older.press("Enter")
    expect(lines).to_have_count(27)
    expect(lines.first).to_be_focused()
    expect(lines.first).to_contain_text("Demande envoyée par Carmen Vidal")
    expect(older).to_have_count(0)
    shown = [text for text in lines.locator(".message-body").all_inner_texts()]
    assert shown == [f"Message {number:02}." for number in range(1, 26)]
    expect(page.get_by_role("link", name="Imprimer", exact=True)).to_be_visible()

    referent.writes("Une réponse.")
    agent.reads("Une réponse.")
    expect(lines.last).to_contain_text("Une réponse.")
    expect(page.get_by_text("Une réponse.")).to_have_count(1)


@pytest.fixture(scope="module")
def long_cases() -> dict[str, str]:
    """server’s address -> the address of its long case."""
    return {}


@pytest.fixture
def long_case(server: Server, long_cases: dict[str, str]) -> Callable[[Person], str]:
    """The address of a case of twenty-five messages, all of this person."""

    def case_of(agent: Person) -> str:
        if server.url not in long_cases:
            long_cases[server.url] = agent.send_case(subject="Un second long fil")
            agent.writes_at_once([f"Message {number:02}." for number in range(1, 26)])
        return long_cases[server.url]

    return case_of


def test_older_lines_that_are_asked_for_twice_come_once(log_in_again: Sit, long_case: Callable[[Person], str]) -> None:
    agent = log_in_again("collegue.lot")
    page = agent.page
    page.goto(long_case(agent))
    held = hold(page, "**/demandes/*avant=*")
    older = page.get_by_role("link", name="Voir les 7 lignes plus anciennes")
    older.click()
    older.click()

    wait_for_first(held, page).continue_()

    expect(page.locator("#fil > li")).to_have_count(26)
    page.wait_for_timeout(200)
    assert len(held) == 1


def test_a_folded_message_that_is_corrected_elsewhere_stays_folded(
    log_in_again: Sit, long_case: Callable[[Person], str]
) -> None:
    agent, elsewhere = log_in_again("collegue.lot"), log_in_again("collegue.lot")
    case = long_case(agent)
    agent.page.goto(case)
    expect(agent.page.locator("#fil > li")).to_have_count(RECENT_COUNT)
    other = elsewhere.page
    other.goto(f"{case}?fil=entier")
    for name in ("Message 01.", "Message 25."):
        other.get_by_role("listitem").filter(has_text=name).get_by_role("link", name="Corriger ou retirer").click()
        other.get_by_role("textbox", name="Votre message").fill(f"{name} Corrigé.")
        other.get_by_role("button", name="Enregistrer la correction").click()
        other.goto(f"{case}?fil=entier")

    expect(agent.page.get_by_text("Message 25. Corrigé.")).to_be_visible()
    expect(agent.page.locator("#fil > li")).to_have_count(RECENT_COUNT)
    expect(agent.page.get_by_text("Message 01.")).to_have_count(0)
