"""From another browser, a login link needs the code that the asking one shows; a mail scanner cannot use it up."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person, press


def test_elsewhere_the_link_asks_for_the_code_of_the_first_browser(
    new_page: Callable[..., Page], with_scripts: bool
) -> None:
    person = Person(new_page(javascript=with_scripts), "referent.cpam.lot@exemple.fr")
    before = len(person.read_emails())
    person.ask_for_link()
    code = person.page.locator(".code").inner_text()
    link = person.find_link(person.wait_for_email("Votre lien de connexion", after=before))

    elsewhere = new_page(javascript=with_scripts)
    elsewhere.goto(link)
    elsewhere.get_by_role("textbox", name="Code de connexion").fill("0000 0000")
    press(elsewhere, "Me connecter")
    expect(elsewhere.get_by_role("alert")).to_contain_text("Ce code n’est pas celui de ce lien")
    elsewhere.get_by_role("textbox", name="Code de connexion").fill(code)
    elsewhere.get_by_role("button", name="Me connecter").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Mes demandes")


def test_a_scanner_that_runs_scripts_and_presses_every_button_burns_nothing(new_page: Callable[..., Page]) -> None:
    person = Person(new_page(), "referent.cpam.lot@exemple.fr")
    before = len(person.read_emails())
    person.ask_for_link()
    link = person.find_link(person.wait_for_email("Votre lien de connexion", after=before))

    scanner = new_page()
    scanner.goto(link)
    scanner.get_by_role("button", name="Me connecter").click()
    scanner.request.head(link)
    assert "aplus_session" not in {cookie["name"] for cookie in scanner.context.cookies()}

    person.page.goto(link)
    person.page.get_by_role("button", name="Me connecter").click()
    expect(person.page.get_by_role("button", name="Se déconnecter")).to_be_visible()


def test_a_used_link_says_so_and_gives_a_new_one_in_one_click(
    new_page: Callable[..., Page], with_scripts: bool
) -> None:
    person = Person(new_page(javascript=with_scripts), "referent.cpam.lot@exemple.fr")
    before = len(person.read_emails())
    person.ask_for_link()
    link = person.find_link(person.wait_for_email("Votre lien de connexion", after=before))
    person.page.goto(link)
    person.page.get_by_role("button", name="Me connecter").click()
    person.page.get_by_role("button", name="Se déconnecter").click()

    person.page.goto(link)
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Ce lien a déjà servi")
    again = person.page.get_by_role("button", name="Recevoir un nouveau lien")
    expect(again).to_have_css("animation-name", "press-guard")  # two presses on the email’s link send nothing
    again.click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Consultez votre messagerie")
    person.wait_for_email("Votre lien de connexion", after=before + 1)
