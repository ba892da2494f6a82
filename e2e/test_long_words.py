"""A word without a space, in every text that people type, never widens a page: it is cut at the edge."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.tests.support.attachments_fixtures import PDF
from e2e.people import Person

Arrive = Callable[..., Person]
WORD = "Anticonstitutionnellement" * 12
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_CUT = """() => [...document.querySelectorAll("main *")].filter((one) =>
  one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
  && !one.closest(".sr-only, [hidden], .wide")).map((one) => one.outerHTML.slice(0, 80))"""


def check_width(page: Page, *shown: str) -> None:
    """At each width, on the page as it is. shown: what must be read there."""
    for words in shown:
        expect(page.get_by_text(words).first).to_be_attached()
    for width in (360, 800, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(_TOO_WIDE) <= 0, f"{page.url} at {width}"
        assert page.evaluate(_CUT) == [], f"{page.url} at {width}"


@pytest.fixture
def draft(log_in_again: Arrive) -> Person:
    """An agent at the check page of a draft of which each answer is one word."""
    agent = log_in_again("agent.lot")
    page = agent.page
    agent.drafts_until_mandate(last_name=WORD[:100], subject=WORD[:200])
    address = page.url.rpartition("/")[0]
    for step, fields in (
        ("usager", {"Prénom": 100, "Numéro d’allocataire CAF": 200}),
        ("blocage", {"Description du blocage": 300, "Pourquoi est-ce urgent ?": 300}),
    ):
        page.goto(f"{address}/{step}")
        for name, length in fields.items():
            page.get_by_role("textbox", name=name).fill(WORD[:length])
        agent.press_continue()
        expect(page.get_by_role("textbox", name="Prénom" if step == "blocage" else "Jamais")).to_have_count(0)
    agent.holds_a_signed_mandate()
    agent.press_continue()
    agent.sees_check_page()
    return agent


def test_a_long_word_is_cut_wherever_it_is_read(draft: Person, log_in_again: Arrive) -> None:
    agent, referent = draft, log_in_again("referent.caf.lot")
    page = agent.page
    check_width(page, WORD[:200], WORD[:100], WORD)
    page.goto("/demandes?vue=brouillons")
    check_width(page, WORD[:200])
    page.go_back()
    page.get_by_role("button", name="Envoyer ma demande").click()
    agent.sees_status("Nouvelle")
    case = page.url

    file = {"name": f"{WORD[:200]}.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.get_by_label("Pièces jointes").set_input_files([file])
    expect(page.get_by_role("button", name=f"Retirer {WORD[:100]}")).to_be_visible()
    check_width(page, WORD[:100])
    agent.writes(WORD)
    page.get_by_role("button", name="Inviter un expert").click()
    page.get_by_role("textbox", name="Qu’est-ce qui bloque").fill(f"https://exemple.fr/{WORD}")
    page.get_by_role("button", name="Inviter l’équipe de la plateforme").click()
    agent.reads_part_of_line("Équipe de la plateforme invitée")
    check_width(page, WORD[:100], WORD)
    page.get_by_role("link", name="Corriger ou retirer").click()
    check_width(page)
    page.goto("/demandes")
    check_width(page, WORD[:200])

    referent.page.goto("/demandes?vue=a-traiter")
    check_width(referent.page, WORD[:200])
    referent.page.goto(case)
    check_width(referent.page, WORD)
