"""While an answer is pending its button is disabled, and no longer: nothing is sent twice, nothing stays stuck."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.held import hold, wait_for_first
from e2e.people import Person

Sit = Callable[..., Person]
NewPage = Callable[..., Page]
_COUNT_DISABLED = """(form) => {
  const buttons = [...document.querySelectorAll("main .actions button")];
  for (const one of buttons) Object.assign(one, { name: "geste", value: "oui" }).setAttribute("form", form.id);
  new MutationObserver(() => {
    sessionStorage.disabled = buttons.filter((one) => one.disabled).length;
  }).observe(document.querySelector("main"), { subtree: true, attributes: true });
}"""
"""The form gets both buttons of the page, each with a value. The count is read on the next page, because a page cannot
be queried while another one is loading.
"""


def test_after_a_cut_the_focus_is_back_on_the_button_of_the_message(log_in_again: Sit) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    page.goto(agent.send_case(subject="Message coupé"))
    held, button = hold(page, "**/messages*"), page.get_by_role("button", name="Envoyer le message")
    page.get_by_role("textbox", name="Votre message").fill("Une seule fois.")
    button.focus()

    page.keyboard.press("Enter")

    expect(button).to_be_disabled()
    wait_for_first(held, page).abort()
    expect(button).to_be_enabled()
    expect(button).to_be_focused()


def test_in_the_page_it_is_disabled_until_the_line_says_what_became_of_it(log_in_again: Sit) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    page.goto(agent.send_case(subject="Pendant la réponse"))
    held, button = hold(page, "**/cloture*"), page.get_by_role("button", name="Clore la demande")

    button.focus()
    page.keyboard.press("Enter")

    expect(button).to_be_disabled()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Envoyer le message")).to_be_enabled()
    first = wait_for_first(held, page)
    assert len(held) == 1
    first.abort()
    expect(button).to_be_enabled()
    expect(button).to_be_focused()
    page.unroute("**/cloture*")
    button.click()
    expect(page.get_by_role("heading", name="Clore la demande")).to_be_focused()


def test_enter_in_a_field_sends_its_form_once(log_in_again: Sit) -> None:
    agent = log_in_again("agent.lot")
    agent.drafts_until_mandate(last_name="Entrée")
    page = agent.page
    page.get_by_role("link", name="Retour").click()
    page.wait_for_url("**/blocage*")  # loaded: before its scripts, Enter would send the form without them
    held, subject = hold(page, "**/blocage*"), page.get_by_role("textbox", name="Sujet")
    subject.fill("Deux fois Entrée")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Continuer")).to_be_disabled()

    page.keyboard.press("Enter")
    page.keyboard.type(" !")

    expect(subject).to_have_value("Deux fois Entrée !")
    wait_for_first(held, page)
    steps = [route for route in held if "enregistrer=1" not in (route.request.post_data or "")]
    assert len(steps) == 1
    for route in held:
        route.abort()


def test_a_form_that_the_browser_sends_is_disabled_once_it_has_left_with_the_value_of_its_button(
    log_in_again: Sit,
) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    page.goto(agent.send_case(subject="Envoyé par le navigateur"))
    agent.writes("À retirer.")
    page.get_by_role("link", name="Corriger ou retirer").click()
    page.locator("#retrait").evaluate(_COUNT_DISABLED)

    with page.expect_request("**/correction") as sent:
        page.get_by_role("button", name="Retirer ce message").click()

    agent.reads("Message retiré par son auteur.")
    assert page.evaluate("sessionStorage.disabled") == "2", "both buttons of the form"
    assert "geste=oui" in (sent.value.post_data or "")


def test_a_page_that_was_stopped_or_left_is_there_to_be_used_again(new_page: NewPage) -> None:
    page = new_page()
    page.clock.install()
    page.goto("/login")
    page.get_by_role("textbox", name="Adresse mail professionnelle").fill("agent.lot@exemple.fr")
    button = page.get_by_role("button", name="Recevoir mon lien de connexion")
    page.route("**/login", lambda route: route.fulfill(status=204))  # no answer, as on a page whose loading was stopped
    button.click()
    expect(button).to_be_disabled()

    page.clock.run_for(10_000)

    expect(button).to_be_enabled()
    page.unroute("**/login")
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Consultez votre messagerie")
    page.go_back()
    expect(button).to_be_enabled()
