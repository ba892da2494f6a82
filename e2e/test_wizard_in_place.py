"""With scripts, « Continuer » puts the next step into the open page, as complete as a page of its own."""

from collections.abc import Callable

from playwright.sync_api import Page, Request, Route, expect

from e2e.held import wait_for_first
from e2e.people import Person

Arrive = Callable[..., Person]


def asked_by(page: Page, do: Callable[[], object], seen: str) -> list[Request]:
    """The browser’s requests until the heading shows."""
    asked: list[Request] = []
    page.on("request", lambda request: None if "/s/" in request.url else asked.append(request))
    do()
    expect(page.get_by_role("heading", level=1)).to_have_text(seen)
    return asked


def begin(agent: Person) -> Page:
    agent.page.goto("/demandes/nouvelle")
    agent.page.get_by_role("radio", name="Mode guidé").check()
    agent.press_continue()
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Dans quel domaine est le blocage ?")
    return agent.page


def test_the_next_step_comes_in_one_round_trip_with_its_title_focus_and_address(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page = begin(agent)
    page.get_by_role("radio", name="Social / Famille").check()
    page.evaluate("scrollTo(0, 500)")

    asked = asked_by(page, agent.press_continue, "Quel est le sujet ?")

    assert [request.method for request in asked] == ["POST"]
    expect(page).to_have_title("Quel est le sujet ? – Administration+")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.evaluate("scrollY") == 0 and page.url.endswith("/sujet")


def test_a_refused_step_reads_what_is_wrong_first_and_keeps_its_address(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page = begin(agent)
    address = page.url

    agent.press_continue()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("link", name="Choisissez une catégorie, ou « Autre ».")).to_be_visible()
    assert page.url == address
    page.get_by_role("link", name="Choisissez une catégorie, ou « Autre ».").click()
    page.get_by_role("radio", name="Social / Famille").check()
    agent.press_continue()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quel est le sujet ?")


def test_back_forward_and_reload_show_each_step_as_the_server_holds_it(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    agent.drafts_until_check(last_name="Retours", subject="Première version")
    page, heading = agent.page, agent.page.get_by_role("heading", level=1)
    page.go_back()
    expect(heading).to_have_text("Quel mandat l’usager vous a-t-il donné ?")
    page.go_back()
    expect(heading).to_have_text("Quel est le blocage ?")
    page.get_by_role("textbox", name="Sujet").fill("Seconde version")
    page.go_forward()
    expect(heading).to_have_text("Quel mandat l’usager vous a-t-il donné ?")
    page.go_forward()
    expect(heading).to_have_text("Vérifiez vos réponses")
    expect(page.get_by_text("Seconde version")).to_be_visible()
    page.reload()
    expect(heading).to_have_text("Vérifiez vos réponses")


def test_buttons_that_change_a_step_stay_where_they_are(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    agent.drafts_until_mandate(last_name="Champs")
    page = agent.page
    page.get_by_role("link", name="Retour").click()
    page.get_by_role("link", name="Retour").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qui est l’usager ?")

    page.get_by_role("combobox", name="Autres").select_option("Numéro fiscal")
    page.get_by_role("button", name="Ajouter ce champ").click()

    expect(page.get_by_role("textbox", name="Numéro fiscal")).to_be_visible()
    expect(page.get_by_role("combobox", name="Autres")).to_be_focused()
    agent.press_continue()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quel est le blocage ?")


def test_what_is_typed_while_the_next_step_comes_is_kept(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    agent.drafts_until_mandate(last_name="Vite")
    page = agent.page
    page.get_by_role("link", name="Retour").click()
    description = page.get_by_role("textbox", name="Description du blocage")
    description.fill("Avant.")
    held: list[Route] = []
    page.route("**/blocage*", lambda route: route.continue_() if held else held.append(route))
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Envoi en cours…")).to_be_visible()
    description.press_sequentially(" Et après.")
    wait_for_first(held, page).continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quel mandat l’usager vous a-t-il donné ?")

    page.get_by_role("link", name="Retour").click()

    expect(description).to_have_value("Avant. Et après.")
