"""A second case of one citizen continues in the first one: an agent and a referent, each at their browser."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from e2e.people import Person, press

Sit = Callable[..., Person]
FIRST = "La première demande"


def test_a_duplicate_continues_in_the_first_case_and_is_taken_back(log_in_again: Sit) -> None:
    agent, caf = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    first = agent.send_case(subject=FIRST, last_name="D’Haucourt")
    agent.page.goto("/demandes")
    agent.drafts_until_check(last_name="Dhaucourt", subject="La seconde demande")
    warning = agent.page.get_by_text("D’autres demandes semblent être de cette personne")
    expect(warning).to_be_visible()
    expect(agent.page.get_by_role("link", name=FIRST)).to_be_visible()
    press(agent.page, "Envoyer ma demande")
    expect(agent.page).to_have_url(re.compile("/demandes/[0-9a-f-]{36}$"))
    second = agent.page.url

    caf.page.goto(second)
    caf.page.get_by_role("link", name="1 autre demande de cette personne").click()
    expect(caf.page.get_by_role("link", name=FIRST)).to_be_visible()
    expect(caf.page.get_by_role("link", name="Continuer dans")).to_have_count(0)
    caf.page.goto(second)

    agent.page.get_by_role("link", name="1 autre demande de cette personne").click()
    agent.page.get_by_role("link", name="Continuer dans").click()
    agent.page.get_by_role("button", name="Continuer dans").click()
    expect(agent.page).to_have_url(first)
    agent.reads_part_of_line("Autre demande du même usager continuée ici")

    caf.sees_status("Clôturée")
    caf.reads_part_of_line("Demande close, continuée dans une autre")
    expect(caf.page.get_by_role("textbox", name="Votre message")).to_be_hidden()

    agent.page.goto(second)
    press(agent.page, "Annuler, et rouvrir comme avant")
    agent.sees_status("Consultée")
    caf.reads_part_of_line("Demande rouverte, de nouveau à part")
