"""Ready phrases: found by their words, inserted at the cursor, with their answer; sent by keys, then the next case."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from e2e.people import Person

Sit = Callable[..., Person]
DELAY, RIGHTS, TO_CPAM = "Délai", "Droits", "À la CPAM"


def keep_phrase(page: Page, title: str, words: str, does: str = "Ajouter ces mots") -> None:
    page.goto("/equipe/phrases")
    page.get_by_role("textbox", name="Titre court").last.fill(title)
    page.get_by_role("textbox", name="Phrase", exact=True).last.fill(words)
    page.get_by_role("combobox", name="Ce qu’elle fait").last.select_option(does)
    page.get_by_role("button", name="Ajouter à mes phrases").click()
    expect(page.get_by_text("La phrase est enregistrée.")).to_be_visible()


def put_cursor(page: Page, place: int) -> None:
    page.get_by_role("textbox", name="Votre message").focus()
    page.locator("#message").evaluate("(field, at) => field.setSelectionRange(at, at)", place)


def remove_phrases(page: Page) -> None:
    """Those of a test of before: the server is shared."""
    page.goto("/equipe/phrases")
    while page.get_by_role("button", name="Supprimer").count():
        page.get_by_role("button", name="Supprimer").first.click()
        expect(page.get_by_text("La phrase est supprimée.")).to_be_visible()


def test_found_inserted_answered_sent_and_the_next_one_by_keys(log_in_again: Sit) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    page = referent.page
    remove_phrases(page)
    keep_phrase(page, DELAY, "Comptez trois semaines, {agent}.")
    keep_phrase(page, RIGHTS, "Vos droits sont rouverts.", "Répondre « C’est traité »")
    next_case = agent.send_case(subject="La suivante")
    case = agent.send_case(subject="Phrases au clavier")
    page.goto(case)
    message = page.get_by_role("textbox", name="Votre message")
    message.fill("Bonjour.  Bien à vous.")
    put_cursor(page, len("Bonjour. "))

    page.locator("summary", has_text="Phrases toutes prêtes").click()
    page.get_by_role("searchbox", name="Chercher dans leurs titres et leurs mots").press_sequentially("SEMAINES")
    expect(page.get_by_text("Comptez trois semaines, Carmen Vidal.")).to_be_visible()
    expect(page.get_by_role("button", name=RIGHTS)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=DELAY)).to_be_focused()
    page.keyboard.press("Enter")
    expect(message).to_have_value("Bonjour. Comptez trois semaines, Carmen Vidal. Bien à vous.")
    expect(message).to_be_focused()
    page.keyboard.type("!")
    expect(message).to_have_value("Bonjour. Comptez trois semaines, Carmen Vidal.! Bien à vous.")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+z")
    expect(message).to_have_value(re.compile("^Bonjour. "))

    message.fill("Bonjour Carmen.")
    page.locator("summary", has_text="Phrases toutes prêtes").click()
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name=f"{RIGHTS} (C’est traité)").click()
    question = page.get_by_role("heading", name="Répondre « C’est traité » ?")
    expect(question).to_be_focused()
    expect(message).to_have_value("Bonjour Carmen.\n\nVos droits sont rouverts.")
    page.wait_for_timeout(600)  # a press within 500 ms of the question confirms nothing
    page.keyboard.press("Control+Enter")
    referent.reads_part_of_line("Vos droits sont rouverts.")
    expect(page.get_by_role("link", name="Demande suivante à traiter")).to_be_focused()
    page.keyboard.press("s")
    expect(page).not_to_have_url(case)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(next_case)
    message.fill("Reçu.")
    message.press("Meta+Enter")
    referent.reads("Reçu.")
    agent.page.goto(case)
    expect(agent.page.get_by_text("C’est traité").first).to_be_visible()
    agent.page.get_by_role("textbox", name="Votre message").fill("Merci.")
    agent.page.keyboard.press("Control+Enter")
    agent.reads("Merci.")


def transmits_and_is_reminded(page: Page, with_scripts: bool) -> None:
    """The phrase of all teams shows the day that it sets. Its sending sets the case aside."""
    message, day = page.get_by_role("textbox", name="Votre message"), page.get_by_label("Me le rappeler le")
    page.locator("summary", has_text="Phrases toutes prêtes").click()
    page.get_by_role("button", name="Je transmets (me le rappeler dans 10 jours ouvrés)").click()
    expect(message).to_have_value(re.compile("^Bonjour Carmen Vidal, je transmets"))
    expect(day).to_have_value(re.compile("^20"))
    if with_scripts:
        expect(message).to_be_focused()
    chosen = datetime.now(UTC).date() + timedelta(days=21)
    day.fill(chosen.isoformat())
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.locator("#prise-en-charge")).to_contain_text(f"Mise de côté jusqu’au {chosen.day}")
    expect(message).to_have_value("")
    expect(day).to_have_count(0)


def test_a_contradiction_is_said_and_a_transfer_opens_its_panel(log_in_again: Sit, with_scripts: bool) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot", javascript=with_scripts)
    page = referent.page
    remove_phrases(page)
    keep_phrase(page, RIGHTS, "Vos droits sont rouverts.", "Répondre « C’est traité »")
    keep_phrase(page, TO_CPAM, "Ceci relève de la CPAM.", "Transférer, pour cette raison")
    page.goto(agent.send_case(subject="Contradiction"))
    message = page.get_by_role("textbox", name="Votre message")
    transmits_and_is_reminded(page, with_scripts)
    message.fill("Déclarez en ligne.")
    page.get_by_role("button", name="Non pertinente", exact=True).click()
    expect(page.get_by_role("button", name="Confirmer « Non pertinente »")).to_be_visible()
    page.locator("summary", has_text="Phrases toutes prêtes").click()
    page.get_by_role("button", name=f"{RIGHTS} (C’est traité)").click()
    expect(page.get_by_text("aucune des deux réponses n’est plus choisie").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Confirmer"))).to_have_count(0)
    expect(message).to_have_value("Déclarez en ligne.\n\nVos droits sont rouverts.")

    page.locator("summary", has_text="Phrases toutes prêtes").click()
    page.get_by_role("button", name=f"{TO_CPAM} (Transférer)").click()
    reason = page.get_by_role("textbox", name="Pourquoi cette équipe ?")
    expect(reason).to_have_value("Ceci relève de la CPAM.")
    expect(message).to_have_value("Déclarez en ligne.\n\nVos droits sont rouverts.")
    page.get_by_role("combobox", name="Équipe compétente").select_option("CPAM du Lot")
    page.get_by_role("button", name="Transférer la demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes demandes")


def test_without_scripts_a_phrase_goes_after_the_message_with_its_answer(log_in_again: Sit) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot", javascript=False)
    page = referent.page
    remove_phrases(page)
    keep_phrase(page, RIGHTS, "Vos droits sont rouverts, {agent}.", "Répondre « C’est traité »")
    page.goto(agent.send_case(subject="Sans scripts"))
    message = page.get_by_role("textbox", name="Votre message")
    message.fill("Bonjour.")
    page.locator("summary", has_text="Phrases toutes prêtes").click()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.get_by_role("button", name=f"{RIGHTS} (C’est traité)").click()
    expect(message).to_have_value("Bonjour.\n\nVos droits sont rouverts, Carmen Vidal.")
    page.get_by_role("button", name="Confirmer « C’est traité »").click()
    referent.reads_part_of_line("Vos droits sont rouverts, Carmen Vidal.")
    page.get_by_role("link", name="Demande suivante à traiter").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sans scripts")


@pytest.mark.parametrize("line", ["cut", "slow"])
def test_a_line_that_is_cut_or_slow_loses_and_doubles_nothing(log_in_again: Sit, line: str) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    page = referent.page
    remove_phrases(page)
    keep_phrase(page, DELAY, "Trois semaines.")
    page.goto(agent.send_case(subject=f"Ligne {line}"))
    message = page.get_by_role("textbox", name="Votre message")
    message.fill("Bonjour.")
    page.locator("summary", has_text="Phrases toutes prêtes").click()
    if line == "cut":
        page.route(re.compile(r"/phrases/\d+$"), lambda route: route.abort())
    else:
        page.route(re.compile(r"/phrases/\d+$"), lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.get_by_role("button", name=DELAY).dblclick()
    expect(message).to_have_value("Bonjour.\n\nTrois semaines.")
    page.wait_for_timeout(700)
    expect(message).to_have_value("Bonjour.\n\nTrois semaines.")
