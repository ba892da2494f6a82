"""A phone call: the agent says the number of a case, and the referent finds it, open or closed."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from e2e.people import Person


def test_a_number_said_on_the_phone_opens_the_case_of_the_other_side(log_in_again: Callable[..., Person]) -> None:
    agent, referent, stranger = map(log_in_again, ("agent.lot", "referent.caf.lot", "agent.cher"))
    case = agent.send_case(subject="Aide en retard")
    number = agent.page.get_by_text("N° ").inner_text().removeprefix("N° ")

    for typed in (number, number.replace("-", " ")):
        referent.page.goto("/demandes")
        referent.page.get_by_label("Rechercher").fill(typed)
        referent.page.keyboard.press("Enter")
        expect(referent.page.locator("#demandes > li")).to_have_count(1)
    referent.page.get_by_role("link", name="Aide en retard").click()
    expect(referent.page).to_have_url(re.compile(f"^{case}"))

    stranger.page.goto(f"/demandes?q={number}")
    expect(stranger.page.get_by_text("Aucune demande avec ces filtres")).to_be_visible()
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    referent.page.goto(f"/demandes?q={wrong}")
    expect(referent.page.get_by_text("un chiffre de celui-ci est faux")).to_be_visible()
