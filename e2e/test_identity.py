"""Two people correct who the citizen is at once, in two browsers: pages and lists follow, and the second is asked."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from e2e.people import Person, press

Sit = Callable[..., Person]


def test_two_people_correct_the_identity_at_once(log_in_again: Sit) -> None:
    agent, referent, colleague = (log_in_again(login) for login in ("agent.lot", "referent.caf.lot", "collegue.lot"))
    case = agent.send_case(last_name="Belette", subject="Un nom à corriger")
    referent.page.goto(case)
    colleague.page.goto("/demandes?vue=equipe")
    for person in (agent, referent):
        person.opens_panel("Corriger l’identité")
    field(agent, "Prénom").fill("Jeanine")
    field(referent, "Nom de famille").fill("Hermine")
    field(referent, "Prénom").fill("Janine")

    press(agent.page, "Enregistrer")

    agent.reads_part_of_line("Identité de l’usager corrigée par Carmen Vidal")
    expect(referent.page.get_by_text("Jeanine Belette", exact=True)).to_be_visible()
    expect(colleague.page.get_by_text("Jeanine Belette")).to_be_visible()
    expect(field(referent, "Nom de famille")).to_have_value("Hermine")
    press(referent.page, "Enregistrer")
    expect(referent.page.get_by_text("Au dossier à présent : Jeanine", exact=True)).to_be_visible()
    expect(field(referent, "Prénom")).to_have_value("Janine")
    expect(agent.page.get_by_text("Jeanine Belette", exact=True)).to_be_visible()
    press(referent.page, "Enregistrer")
    expect(agent.page.get_by_text("Janine Hermine", exact=True)).to_be_visible()
    expect(colleague.page.get_by_text("Janine Hermine")).to_be_visible()


def field(person: Person, label: str) -> Locator:
    return person.page.get_by_role("textbox", name=label)
