"""The mandate: on paper with its photo, by SMS, by phone; nothing is sent without one; the page to sign is there."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from app.domain.calendar.time_zones import PARIS
from app.tests.support.attachments_fixtures import make_picture
from e2e.people import Person, press
from e2e.telephone import reply_by_sms
from e2e.thread import find_thread_lines

Arrive = Callable[..., Person]
NewPage = Callable[..., Page]
PHOTO = "mandat.jpg"


def sends(person: Person) -> None:
    person.page.get_by_role("button", name="Envoyer ma demande").click()


def is_refused_and_led_to_the_step(person: Person) -> None:
    """From the page of « Vérifiez vos réponses »."""
    sends(person)
    expect(person.page.get_by_role("heading", name="Il y a un problème")).to_be_visible()
    person.page.get_by_role("link", name="Mandat", exact=True).click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Quel mandat l’usager vous a-t-il donné ?")


def reads_on_the_case(person: Person, words: str) -> None:
    person.sees_status("Nouvelle")
    expect(person.page.get_by_text(re.compile(words)).first).to_be_visible()


def test_paper_with_its_photo_and_the_page_to_sign(log_in_again: Arrive, with_scripts: bool) -> None:
    agent = log_in_again("agent.lot", javascript=with_scripts)
    page = agent.page
    agent.drafts_until_mandate(last_name="Pélissier", subject="Mandat sur papier")

    for link in ("Télécharger le mandat", "un mandat vierge"):
        with page.expect_download() as found:
            page.get_by_role("link", name=link).click()
        drawn = found.value.path().read_bytes()
        assert found.value.suggested_filename == "mandat.pdf" and drawn.startswith(b"%PDF") and len(drawn) <= 40_000

    page.goto(page.url.replace("/mandat", "/verification"))
    is_refused_and_led_to_the_step(agent)
    agent.holds_a_signed_mandate()
    photo = {"name": PHOTO, "mimeType": "image/jpeg", "buffer": make_picture()}
    page.get_by_label("Photo ou scan du mandat").set_input_files(photo)
    if with_scripts:
        expect(page.get_by_role("button", name=f"Retirer {PHOTO}")).to_be_visible()
    agent.press_continue()
    agent.sees_check_page()
    sends(agent)

    reads_on_the_case(agent, "Mandat signé sur papier, le .+, attesté par Carmen Vidal")
    expect(page.get_by_role("link", name=f"Télécharger {PHOTO}")).to_be_visible()


def test_by_text_the_citizen_answers_and_the_case_leaves(
    log_in_again: Arrive, new_page: NewPage, with_scripts: bool
) -> None:
    agent, telephone = log_in_again("agent.lot", javascript=with_scripts), new_page(javascript=with_scripts)
    page, number = agent.page, "06 39 98 00 01" if with_scripts else "06 39 98 00 02"
    agent.drafts_until_mandate(last_name="Pélissier", subject="Mandat par SMS")
    page.get_by_role("radio", name="Par SMS").check()
    page.get_by_role("textbox", name="Numéro de mobile de l’usager").fill("05 36 49 00 01")
    press(page, "Envoyer le SMS")
    expect(page.get_by_role("heading", name="Il y a un problème")).to_be_visible()
    page.get_by_role("textbox", name="Numéro de mobile de l’usager").fill(number)
    page.get_by_role("button", name="Envoyer le SMS").click()
    page.get_by_role("link", name="Vérifier mes réponses en attendant").click()
    is_refused_and_led_to_the_step(agent)

    reply_by_sms(telephone, number, "Qui êtes-vous ?")
    arrives(page, "« Qui êtes-vous ? »", scripts=with_scripts)
    expect(page.get_by_text("Envoi en cours…")).to_have_count(0)
    reply_by_sms(telephone, number, "Oui je suis d'accord")
    arrives(page, "« Oui je suis d'accord »", scripts=with_scripts)
    expect(page.get_by_text("accord reçu", exact=True)).to_be_visible()
    agent.press_continue()
    agent.sees_check_page()
    sends(agent)

    reads_on_the_case(agent, f"Par SMS au {number}, accord reçu le .+, demandé par Carmen Vidal")
    expect(page.get_by_text("« Oui je suis d'accord »")).to_be_visible()
    page.get_by_text("Lire le SMS", exact=True).click()
    expect(page.get_by_text(re.compile("Répondez OUI pour attester"))).to_be_visible()

    reply_by_sms(telephone, number, "STOP")
    if not with_scripts:
        page.reload()
    is_suspended_until_a_new_mandate(page)


def is_suspended_until_a_new_mandate(page: Page) -> None:
    """An open page replaces its form by the notice, by itself."""
    expect(page.locator("#reponse").get_by_text("L’usager a retiré son accord par SMS")).to_be_visible()
    expect(page.locator("#marques").get_by_text("Suspendue")).to_be_visible()
    expect(page.get_by_role("textbox", name="Votre message")).to_have_count(0)
    page.get_by_role("button", name="Enregistrer un nouveau mandat").click()
    page.get_by_role("textbox", name="Date de signature").fill(f"{datetime.now(PARIS):%d/%m/%Y}")
    page.get_by_role("button", name="Reprendre la demande").click()
    expect(find_thread_lines(page).get_by_text("Nouvel accord de l’usager, demande reprise")).to_be_visible()
    expect(page.get_by_role("textbox", name="Votre message")).to_be_visible()
    expect(page.locator("#marques").get_by_text("Suspendue")).to_have_count(0)


def arrives(page: Page, words: str, *, scripts: bool) -> None:
    """By itself with scripts; by a link without."""
    if not scripts:
        page.get_by_role("link", name="Voir si la réponse est arrivée").click()
    expect(page.get_by_text(words)).to_be_visible()


def test_by_phone_when_and_why(log_in_again: Arrive, with_scripts: bool) -> None:
    agent = log_in_again("agent.lot", javascript=with_scripts)
    page = agent.page
    agent.drafts_until_mandate(last_name="Pélissier", subject="Mandat par téléphone")
    page.get_by_role("radio", name="Par téléphone, faute d’autre moyen").check()
    page.get_by_role("textbox", name="Date de l’appel").fill(f"{datetime.now(UTC):%d/%m/%Y}")
    agent.press_continue()
    expect(page.get_by_role("heading", name="Il y a un problème")).to_be_visible()
    page.get_by_role("textbox", name="Pourquoi aucun autre moyen n’était possible").fill("Hospitalisée")
    agent.press_continue()
    agent.sees_check_page()
    sends(agent)

    reads_on_the_case(agent, "Par téléphone, faute d’autre moyen, le .+ \\(Hospitalisée\\), attesté par Carmen Vidal")
