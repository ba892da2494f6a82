"""The main job, from login to the survey, with scripts and without."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from e2e.people import Person

Arrive = Callable[..., Person]


def test_an_agent_opens_a_case_a_referent_answers_and_the_agent_closes_it(
    log_in_by_email: Arrive, with_scripts: bool
) -> None:
    subject = f"Aide en retard {'avec' if with_scripts else 'sans'} scripts"
    agent = log_in_by_email("agent.lot", javascript=with_scripts)
    referent = log_in_by_email("referent.caf.lot", javascript=with_scripts)
    before = len(referent.read_emails())
    case = agent.sends_case_step_by_step(subject=subject)

    letter = referent.wait_for_email("Nouvelle demande ", after=before)
    assert " de France Services" in letter["subject"]
    assert "Jeanne" not in str(letter) and "Pélissier" not in str(letter)
    assert referent.find_link(letter) == case

    referent.page.goto("/demandes")
    referent.page.get_by_role("link", name=subject).click()
    referent.sees_status("Consultée")
    referent.writes("Je regarde le dossier.")
    referent.sees_status("Répondue")

    agent.page.goto(case)
    agent.reads("Je regarde le dossier.")
    agent.writes("Merci beaucoup.")
    agent.closes("Le blocage est résolu")
    expect(agent.page.get_by_role("heading", name="Sondage de satisfaction")).to_be_visible()
    for group in agent.page.get_by_role("group").all():
        group.get_by_role("radio", name="Oui").check()
    agent.page.get_by_role("button", name="Répondre au sondage").click()
    expect(agent.page.get_by_text("Merci, votre réponse anonyme est reçue.").first).to_be_visible()


def test_the_link_of_a_letter_leads_to_the_case_after_login(
    log_in_by_email: Arrive, new_page: Callable[..., object]
) -> None:
    agent = log_in_by_email("agent.lot")
    case = agent.send_case(subject="Lien d’une lettre")
    referent = Person(new_page(), "referent.msa.lot@exemple.fr")  # type: ignore[arg-type]

    referent.page.goto(case)
    expect(referent.page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    before = len(referent.read_emails())
    referent.page.get_by_role("textbox", name="Adresse mail professionnelle").fill(referent.address)
    referent.page.get_by_role("button", name="Recevoir mon lien de connexion").click()
    referent.page.goto(referent.find_link(referent.wait_for_email("Votre lien de connexion", after=before)))
    referent.page.get_by_role("button", name="Me connecter").click()

    expect(referent.page).to_have_url(case)
    referent.sees_status("Consultée")


def test_where_the_msa_has_no_team_it_is_named_and_the_rest_goes_on(
    log_in_by_email: Arrive, with_scripts: bool
) -> None:
    agent = log_in_by_email("agent.cher", javascript=with_scripts)
    page = agent.page
    page.get_by_role("link", name="Nouvelle demande").first.click()
    agent.press_continue()
    page.get_by_role("radio", name="Social / Famille").check()
    agent.press_continue()
    page.get_by_role("radio", name="Étude ou versement d’une aide anormalement long").check()
    agent.press_continue()

    expect(page.get_by_text(re.compile("MSA : aucune équipe joignable dans ce territoire \\(Cher\\)"))).to_be_visible()
    expect(page.get_by_role("checkbox", name=re.compile("^CAF"))).to_be_checked()
    expect(page.get_by_role("checkbox", name=re.compile("^MSA"))).to_have_count(0)
    agent.press_continue()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qui est l’usager ?")


def test_a_case_that_is_posted_reads_as_one_that_was_typed(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")

    def read(case: str) -> str:
        agent.page.goto(case)
        return re.sub(r"[0-9a-f-]{36}|[0-9]+", "", agent.page.locator("main").inner_text())

    typed = agent.sends_case_step_by_step(subject="Par deux chemins")
    posted = agent.send_case(subject="Par deux chemins")
    assert read(posted) == read(typed)
