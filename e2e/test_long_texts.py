"""A long paste in a real browser: all of it stays, the page says how much is too much, and search finds it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.routes.forms import MAX_FORM_BYTES
from e2e.people import Person

Arrive = Callable[..., Person]
PASTED = ("L’usager a déjà écrit deux fois. " * 1700)[:53_299] + "."
TOO_MANY = "53\u202f300 caractères, c’est 48\u202f300 de trop"


def paste(page: Page, name: str, text: str) -> None:
    """As the clipboard does: a browser cuts a paste at maxlength, and not a value that a script sets."""
    field = page.get_by_role("textbox", name=name)
    field.fill("")
    field.focus()
    page.keyboard.insert_text(text)


def test_a_long_paste_is_counted_kept_and_found_again(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page, message = agent.page, agent.page.get_by_role("textbox", name="Votre message")
    case = agent.send_case(subject="Un long collage")
    page.goto(case)
    paste(page, "Votre message", PASTED)
    expect(page.get_by_text(f"{TOO_MANY}.")).to_be_visible()
    expect(page.get_by_text("Message gardé : vous seul le retrouverez ici.")).to_be_visible()
    page.reload()
    expect(message).to_have_value(PASTED)

    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text(f"{TOO_MANY} : gardez l’essentiel, ou joignez un fichier.")).to_be_visible()
    expect(message).to_have_value(PASTED)

    heavy = "é" * (MAX_FORM_BYTES // 6)
    paste(page, "Votre message", heavy)
    expect(page.get_by_text("Message pas enregistré : il est trop long.")).to_be_visible()
    expect(message).to_have_value(heavy)

    paste(page, "Votre message", "L’essentiel.")
    expect(page.get_by_text("de trop.")).to_have_count(0)
    page.get_by_role("button", name="Envoyer le message").click()
    agent.reads("L’essentiel.")


def test_a_step_keeps_a_long_paste_and_says_what_cannot_be_kept(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page, description = agent.page, agent.page.get_by_role("textbox", name="Description du blocage")
    agent.drafts_until_mandate(last_name="Longue")
    page.get_by_role("link", name="Retour").click()
    paste(page, "Description du blocage", PASTED)
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    page.reload()
    expect(description).to_have_value(PASTED)
    expect(page.get_by_role("alert").get_by_text(TOO_MANY)).to_be_visible()

    paste(page, "Description du blocage", "é" * (MAX_FORM_BYTES // 6))
    expect(page.get_by_text("Non enregistré : c’est trop long.")).to_be_visible()
    agent.press_continue()
    expect(page.get_by_text("de trop : gardez l’essentiel")).not_to_have_count(0)
    expect(description).to_have_value("é" * (MAX_FORM_BYTES // 6))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_form_that_is_not_even_read_has_its_words_still(log_in_again: Arrive, scripts: bool) -> None:
    agent = log_in_again("agent.lot", javascript=scripts)
    page, heavy = agent.page, "x" * (MAX_FORM_BYTES + 1)
    page.goto("/profil")
    paste(page, "Signature", heavy)
    page.get_by_role("button", name="Enregistrer mon profil").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’envoi est trop volumineux")
    page.go_back()
    expect(page.get_by_role("textbox", name="Signature")).to_have_value(heavy)
