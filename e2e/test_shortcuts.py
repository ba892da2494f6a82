"""One-key commands: they move, open, search and reply; never while typing, never once turned off."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person

Sit = Callable[..., Person]


def focused_row(page: Page) -> str:
    """The id of the row that has the focus; empty when none has."""
    return str(page.evaluate("document.activeElement.closest('.cases > li')?.id ?? ''"))


def row_ids(page: Page) -> list[str]:
    return [str(row.get_attribute("id")) for row in page.locator("#demandes > li").all()]


def test_the_list_is_driven_by_keys_and_back_keeps_the_place(log_in_again: Sit) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    for number in range(3):
        agent.send_case(subject=f"Au clavier {number}")
    page.set_viewport_size({"width": 1000, "height": 400})
    page.goto("/demandes?q=clavier")
    rows = row_ids(page)

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert len(rows) == 3 and focused_row(page) == rows[2]
    scrolled = page.evaluate("scrollY")
    assert scrolled > 0
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text("Au clavier 0")
    page.keyboard.press("r")
    expect(page.get_by_role("textbox", name="Votre message")).to_be_focused()

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes demandes")
    page.wait_for_function("document.activeElement.closest('.cases > li')")
    assert focused_row(page) == rows[2] and page.url.endswith("q=clavier")
    page.wait_for_function(f"Math.abs(scrollY - {scrolled}) < 5")

    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Rechercher")
    expect(search).to_be_focused()
    page.keyboard.type("jnr?")
    expect(search).to_have_value("jnr?")
    page.locator("h1").click()
    page.keyboard.press("Control+n")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/demandes$"))
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/demandes/nouvelle$"))


def test_who_turns_them_off_has_none(log_in_again: Sit, with_scripts: bool) -> None:
    """Without scripts the choice is saved all the same."""
    person = log_in_again("referent.msa.lot", javascript=with_scripts)
    page = person.page

    def choose(wanted: bool) -> None:
        page.goto("/profil")
        page.get_by_role("checkbox", name="Utiliser les raccourcis clavier").set_checked(wanted)
        page.get_by_role("button", name="Enregistrer ce réglage").click()
        expect(page.get_by_text("il vaut dès maintenant")).to_be_visible()

    choose(False)
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/profil$"))
    choose(True)
    if with_scripts:
        page.keyboard.press("?")
        expect(page).to_have_url(re.compile("/aide#raccourcis$"))
        expect(page.get_by_role("heading", name="Pour aller plus vite au clavier")).to_be_visible()


def test_how_many_wait_is_in_the_title_and_stays_right(log_in_again: Sit) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    referent.page.goto("/demandes")
    before = int(re.sub(r"\D", "", referent.page.title()) or 0)

    case = agent.send_case(subject="Compte dans le titre")

    expect(referent.page).to_have_title(re.compile(rf"^\({before + 1}\) Mes demandes – "))
    expect(referent.page.locator("#demandes > li").first).to_contain_text("Compte dans le titre")
    referent.page.goto(case)
    referent.writes("Voici.")
    referent.page.goto("/demandes")
    assert int(re.sub(r"\D", "", referent.page.title()) or 0) == before
