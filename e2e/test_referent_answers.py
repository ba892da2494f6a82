"""The answers of a referent: each action of fiche-referent.md, and what the agent sees of it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person

Sit = Callable[..., Person]
PHRASE = "Merci de joindre l’attestation de résidence."


def test_je_m_en_occupe_a_ready_phrase_c_est_traite(log_in_again: Sit, with_scripts: bool) -> None:
    agent, referent = (
        log_in_again("agent.lot", javascript=with_scripts),
        log_in_again("referent.caf.lot", javascript=with_scripts),
    )
    manager, title = (
        log_in_again("responsable.caf.lot", javascript=with_scripts),
        f"Pièce {'avec' if with_scripts else 'sans'}",
    )
    manager.page.get_by_role("link", name="Phrases toutes prêtes").click()
    manager.page.get_by_role("textbox", name="Titre court").last.fill(title)
    manager.page.get_by_role("textbox", name="Phrase", exact=True).last.fill(PHRASE)
    manager.page.get_by_role("button", name="Ajouter cette phrase").click()
    case, page = agent.send_case(subject=f"Réponses {title}"), referent.page

    page.goto(case)
    page.get_by_role("button", name="Je m’en occupe").click()
    referent.reads_part_of_line("Prise en charge par Julien Delmas")
    agent.page.goto("/demandes")
    row = agent.page.get_by_role("listitem").filter(has_text=f"Réponses {title}")
    expect(row.get_by_text("Julien Delmas s’en occupe")).to_be_visible()

    message = page.get_by_role("textbox", name="Votre message")
    message.fill("Bonjour Carmen.")
    page.get_by_text("Phrases toutes prêtes").last.click()
    page.get_by_role("button", name=title).click()
    expect(message).to_have_value(f"Bonjour Carmen.\n\n{PHRASE}")
    page.reload()
    expect(message).to_have_value(f"Bonjour Carmen.\n\n{PHRASE}")
    referent.answers("C’est traité")
    referent.reads_part_of_line(PHRASE)
    expect(message).to_have_value("")
    agent.page.goto(case)
    agent.sees_status("Répondue")
    expect(agent.page.get_by_text("C’est traité").first).to_be_visible()


def test_between_referents_then_transferred(log_in_again: Sit, with_scripts: bool) -> None:
    people = [
        log_in_again(login, javascript=with_scripts) for login in ("agent.lot", "referent.caf.lot", "referent.msa.lot")
    ]
    agent, caf, msa = people
    case = agent.send_case(subject="À part puis transférée")
    caf.page.goto(case)
    plain = read_background(caf.page)
    caf.page.get_by_role("radio", name="Lu par : les référents").check()
    assert read_background(caf.page) != plain, "the form has the colour of what referents write"
    caf.writes_internal_note("Qui prend ce dossier ?")
    msa.page.goto(case)
    msa.reads("Qui prend ce dossier ?")
    agent.page.goto(case)
    expect(agent.page.get_by_text("Qui prend ce dossier ?")).to_have_count(0)
    agent.sees_status("Consultée")

    msa.opens_panel("Transférer")
    msa.page.get_by_role("combobox", name="Équipe compétente").select_option("CPAM du Lot")
    msa.page.get_by_role("textbox", name="Pourquoi cette équipe ?").fill("C’est une pension d’invalidité.")
    msa.page.get_by_role("button", name="Transférer la demande").click()
    expect(msa.page.get_by_role("heading", level=1)).to_have_text("Mes demandes")
    msa.page.goto(case)
    expect(msa.page.get_by_role("heading", level=1)).to_have_text("Cette demande ne vous est plus adressée")
    expect(msa.page.get_by_text("La demande a été transférée à CPAM du Lot")).to_be_visible()
    agent.page.goto(case)
    agent.reads_part_of_line("Demande transférée à CPAM du Lot")
    agent.reads("C’est une pension d’invalidité.")


def read_background(page: Page) -> str:
    return str(page.locator(".message-form").evaluate("form => getComputedStyle(form).backgroundColor"))


def test_non_pertinente_gives_the_procedure(log_in_again: Sit, with_scripts: bool) -> None:
    agent, referent = (
        log_in_again("agent.lot", javascript=with_scripts),
        log_in_again("referent.caf.lot", javascript=with_scripts),
    )
    case, page = agent.send_case(subject="Pas un blocage"), referent.page
    page.goto(case)
    page.get_by_role("button", name="Non pertinente").click()
    expect(page.get_by_text("Indiquez à l’agent la procédure à suivre").first).to_be_visible()
    page.get_by_role("textbox", name="Votre message").fill("Le formulaire se dépose sur caf.fr.")
    page.get_by_role("button", name="Confirmer « Non pertinente »").click()
    referent.reads("Le formulaire se dépose sur caf.fr.")

    agent.page.goto(case)
    agent.reads("Le formulaire se dépose sur caf.fr.")
    expect(agent.page.get_by_text("Non pertinente").first).to_be_visible()
    agent.sees_status("Répondue")


def test_an_answer_asks_once_and_is_withdrawn_until_the_agent_reads_it(log_in_again: Sit) -> None:
    """In place: the focus goes to the question, the way back keeps the typed text, and the box hides the question."""
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case, page = agent.send_case(subject="Réponse retirée"), referent.page
    agent.page.goto("/demandes")
    page.goto(case)
    message = page.get_by_role("textbox", name="Votre message")
    question = page.get_by_role("heading", name="Répondre « C’est traité » ?")
    message.fill("Versé ce matin.")
    page.get_by_role("button", name="C’est traité", exact=True).press("Enter")
    expect(question).to_be_focused()
    expect(page.get_by_text("Un mail part à France Services de démonstration du Lot.")).to_be_visible()

    page.get_by_role("radio", name="Lu par : les référents").check()
    expect(question).to_be_hidden()
    page.get_by_role("radio", name="Lu par : l’agent").check()
    page.get_by_role("button", name="Revenir au message").click()
    expect(message).to_be_focused()
    expect(message).to_have_value("Versé ce matin.")
    referent.answers("C’est traité")
    referent.reads("Versé ce matin.")
    referent.sees_status("Répondue")

    page.get_by_role("link", name="Corriger ou retirer").click()
    page.get_by_role("button", name="Retirer ce message").click()
    referent.reads("Message retiré par son auteur.")
    referent.sees_status("Consultée")
    agent.page.goto(case)
    agent.reads("Message retiré par son auteur.")
    expect(agent.page.get_by_text("C’est traité")).to_have_count(0)
