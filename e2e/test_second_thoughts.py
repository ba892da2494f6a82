"""Corrections and withdrawals: possible until the other side has read, and no longer."""

from collections.abc import Callable

from playwright.sync_api import expect

from e2e.people import Person

Sit = Callable[..., Person]


def test_a_case_that_no_one_opened_is_withdrawn(log_in_again: Sit, with_scripts: bool) -> None:
    agent, referent = (
        log_in_again("agent.lot", javascript=with_scripts),
        log_in_again("referent.caf.lot", javascript=with_scripts),
    )
    case = agent.send_case(subject="Envoyée par erreur")
    agent.opens_panel("Retirer la demande")
    agent.page.get_by_role("button", name="Confirmer le retrait").click()
    agent.reads_part_of_line("Demande retirée avant d’être ouverte par Carmen Vidal")
    agent.sees_status("Clôturée")

    referent.page.goto(case)
    expect(referent.page.get_by_role("heading", level=1)).to_have_text("Cette demande ne vous est plus adressée")
    expect(referent.page.get_by_text("avant d’être ouverte.")).to_be_visible()


def test_a_message_is_corrected_or_withdrawn_until_it_is_read(log_in_again: Sit, with_scripts: bool) -> None:
    agent, referent = (
        log_in_again("agent.lot", javascript=with_scripts),
        log_in_again("referent.caf.lot", javascript=with_scripts),
    )
    page, case = agent.page, agent.send_case(subject="Une faute de frappe")
    for text in ("Le 3 mars 2062.", "Mauvais dossier."):
        agent.writes(text)
    page.get_by_role("link", name="Corriger ou retirer").first.click()
    page.get_by_role("textbox", name="Votre message").fill("Le 3 mars 2026.")
    page.get_by_role("button", name="Enregistrer la correction").click()
    page.get_by_role("link", name="Corriger ou retirer").last.click()
    page.get_by_role("button", name="Retirer ce message").click()

    referent.page.goto(case)
    referent.reads("Le 3 mars 2026.")
    referent.reads("Message retiré par son auteur.")
    expect(referent.page.get_by_text("2062")).to_have_count(0)
    page.goto(case)
    expect(page.get_by_text("Lu par Julien Delmas")).to_be_visible()
    expect(page.get_by_role("link", name="Corriger ou retirer")).to_have_count(0)
    expect(page.get_by_role("button", name="Retirer la demande")).to_have_count(0)


def test_a_message_that_was_read_is_taken_away_from_an_open_page(log_in_again: Sit) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    page, case = agent.page, agent.send_case(subject="Le mauvais dossier")
    agent.writes("Zibeline habite ailleurs.")
    referent.page.goto(case)
    referent.reads("Zibeline habite ailleurs.")

    agent.opens_panel("Compléter le dossier")
    page.get_by_role("link", name="Retirer un message ou une pièce mis par erreur").click()
    page.get_by_role("radio", name="Message de Carmen Vidal").check()
    page.get_by_role("textbox", name="Pourquoi le retirer").fill("C’est une autre personne.")
    page.get_by_role("button", name="Retirer, ou demander le retrait").click()
    expect(page.get_by_text("C’est retiré.")).to_be_visible()

    expect(referent.page.get_by_text("Message retiré par Carmen Vidal")).to_be_visible()
    expect(referent.page.get_by_text("Zibeline")).to_have_count(0)
