"""In the wizard: a hesitation changes nothing, a late answer loses nothing, Enter searches, « Modifier » returns."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Route, expect

from e2e.held import wait_for_first
from e2e.people import Person, follow

Arrive = Callable[..., Person]


@contextmanager
def slow_answer(page: Page, address: str) -> Iterator[None]:
    """The next post to this address leaves at the end of the block, after later saves."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held or "enregistrer" in (route.request.post_data or ""):
            route.continue_()
        else:
            held.append(route)

    page.route(address, hold)
    yield
    expect(page.get_by_text("Envoi en cours…")).to_be_visible()
    wait_for_first(held, page).continue_()
    page.unroute(address)


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def test_hesitating_and_late_answers_lose_nothing(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    agent.drafts_until_check(last_name="Hésitant")
    draft = page.url.rpartition("/")[0]

    # Arrow keys change the chosen subject: the organisations chosen by hand stay.
    page.goto(f"{draft}/organismes")
    page.get_by_role("checkbox", name=re.compile("^France Travail")).check()
    agent.press_continue()
    expect(heading(page)).to_have_text("Qui est l’usager ?")
    page.goto(f"{draft}/sujet")
    page.get_by_role("radio", checked=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    hesitation = page.get_by_role("radio", checked=True).get_attribute("value")
    page.goto(f"{draft}/organismes")
    for acronym in ("CAF", "MSA", "France Travail"):
        expect(page.get_by_role("checkbox", name=re.compile(f"^{acronym}"))).to_be_checked()
    page.goto(f"{draft}/sujet")
    expect(page.get_by_role("radio", checked=True)).to_have_attribute("value", str(hesitation))

    # A button that stays on the page: what is ticked, typed or chosen while it is pending is in the page that follows.
    page.goto(f"{draft}/usager")
    unknown = page.get_by_role("checkbox", name="Numéro d’allocataire CAF : non connu")
    first_name = page.get_by_role("textbox", name="Prénom")
    page.get_by_role("combobox", name="Autres").select_option("Numéro fiscal")
    with slow_answer(page, "**/usager*"):
        page.get_by_role("button", name="Ajouter ce champ").click()
        unknown.check()
        page.get_by_role("combobox", name="Autres").select_option("Adresse postale")
        first_name.fill("Jeannette")
    expect(page.get_by_role("textbox", name="Numéro fiscal")).to_be_visible()
    expect(unknown).to_be_checked()
    expect(page.get_by_role("combobox", name="Autres")).to_have_value("Adresse postale")
    expect(first_name).to_be_focused()
    page.keyboard.type(" K.")
    expect(first_name).to_have_value("Jeannette K.")
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    page.reload()
    expect(unknown).to_be_checked()
    expect(first_name).to_have_value("Jeannette K.")

    # The same for a refusal.
    page.goto(f"{draft}/blocage")
    urgent = page.get_by_role("checkbox", name="Urgente")
    urgent.uncheck()
    with slow_answer(page, "**/blocage*"):
        agent.press_continue()
        urgent.check()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(urgent).to_be_checked()
    agent.press_continue()
    expect(heading(page)).to_have_text("Quel mandat l’usager vous a-t-il donné ?")

    # The check page: a colleague ticked while a refusal is pending.
    page.goto(f"{draft}/usager")
    unknown.uncheck()
    page.get_by_role("textbox", name="Numéro d’allocataire CAF").fill("")
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    page.goto(f"{draft}/verification")
    colleague = page.get_by_role("checkbox", name="Bastien Roques")
    with slow_answer(page, "**/envoi*"):
        page.get_by_role("button", name="Envoyer ma demande").click()
        colleague.check()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(colleague).to_be_checked()


def test_enter_searches_and_modifier_comes_back_to_its_line(log_in_again: Arrive, with_scripts: bool) -> None:
    agent = log_in_again("agent.lot", javascript=with_scripts)
    page = agent.page
    agent.drafts_until_check(last_name="Retouche")
    check = page.url

    # « Retour » returns to the line of the check page, and keeps the typed text (with scripts).
    follow(page.get_by_role("link", name="Modifier : Description du blocage"))
    description = page.get_by_role("textbox", name="Description du blocage")
    expect(description).to_be_focused()
    if with_scripts:
        description.fill("Corrigée.")
    follow(page.get_by_role("link", name="Retour"))
    expect(heading(page)).to_have_text("Vérifiez vos réponses")
    expect(page.get_by_role("link", name="Modifier : Description du blocage")).to_be_focused()
    if with_scripts:
        expect(page.get_by_text("Corrigée.")).to_be_visible()

    # The same for « Continuer ».
    follow(page.get_by_role("link", name="Modifier : Nom de famille"))
    expect(page.get_by_role("textbox", name="Nom de famille")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Retouché")
    agent.press_continue()
    expect(heading(page)).to_have_text("Vérifiez vos réponses")
    expect(page.get_by_role("link", name="Modifier : Nom de famille")).to_be_focused()
    expect(page.get_by_text("Retouché")).to_be_visible()

    # Enter in the search of organisations.
    page.goto(check.split("?")[0].split("#")[0].replace("verification", "organismes"))
    page.get_by_text("Changer de territoire, filtrer les organismes").click()
    searched = page.get_by_role("searchbox", name="Nom ou sigle")
    searched.fill("travail")
    searched.press("Enter")
    expect(page.get_by_role("checkbox", name=re.compile("^CPAM"))).to_have_count(0)
    expect(page.get_by_role("checkbox", name=re.compile("^France Travail"))).to_be_visible()
    expect(page.get_by_role("checkbox", name=re.compile("^CAF"))).to_be_checked()
    expect(heading(page)).to_have_text("Quels organismes contacter ?")
    expect(searched).to_be_focused()
