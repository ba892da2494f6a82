"""The whole journey without a pointer: the focus is always visible, and after each change is where one expects it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person

NewPage = Callable[..., Page]
Arrive = Callable[..., Person]
FOCUSED = """
() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const named = one.labels?.length ? one.labels[0] : one;
  return {
    words: (named.innerText || one.ariaLabel || "").trim().split("\\n")[0], tag: one.tagName, id: one.id,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight,
  };
}
"""


class Keyboard:
    """Tab, arrows, Space and Enter. Each stop must show a focus ring, on the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def walks_to(self, words: str, *, most: int = 60) -> None:
        """Tab until the control with these words has the focus."""
        passed = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(FOCUSED)
            if stop["tag"] in ("BODY", "H1"):  # past the last control, or moved to the question as it appears
                continue
            passed.append(stop["words"])
            assert stop["ring"] and stop["inside"], f"the focus is not seen: {stop}"
            if stop["words"].startswith(words):
                return
        raise AssertionError(f"« {words} » is not reached: {passed}")

    def presses(self, words: str) -> None:
        self.walks_to(words)
        self.page.keyboard.press("Enter")

    def types(self, label: str, text: str) -> None:
        self.walks_to(label)
        self.page.keyboard.type(text)

    def chooses(self, first: str, words: str) -> None:
        """In a group of radios: Tab enters it, arrows move within."""
        self.walks_to(first)
        self.page.keyboard.press("Space")
        for _ in range(30):
            if self.page.evaluate(FOCUSED)["words"].startswith(words):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"« {words} » is not in the group of « {first} »")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(text))


def logs_in(person: Person) -> None:
    keys = Keyboard(person.page)
    person.page.goto("/login")
    before = len(person.read_emails())
    keys.types("Adresse mail professionnelle", person.address)
    keys.presses("Recevoir mon lien de connexion")
    heading(person.page, "Consultez votre messagerie")
    person.page.goto(person.find_link(person.wait_for_email("Votre lien de connexion", after=before)))
    keys.presses("Me connecter")
    heading(person.page, "Mes demandes")


def _first_choice(page: Page) -> str:
    return page.get_by_role("radio").first.evaluate("(one) => one.labels[0].innerText")  # type: ignore[no-any-return]


def sends_a_case(page: Page, subject: str) -> None:
    keys = Keyboard(page)
    keys.presses("Nouvelle demande")
    heading(page, "Comment trouver")
    keys.chooses("Mode guidé", "Mode guidé")
    keys.presses("Continuer")
    heading(page, "Dans quel domaine")
    keys.chooses(_first_choice(page), "Social / Famille")
    keys.presses("Continuer")
    heading(page, "Quel est le sujet")
    keys.chooses(_first_choice(page), "Étude ou versement d’une aide anormalement long")
    keys.presses("Continuer")
    heading(page, "Quels organismes")
    keys.presses("Continuer")
    heading(page, "Qui est l’usager")
    keys.presses("Continuer")
    expect(page.get_by_role("alert")).to_be_focused()
    keys.presses("Saisissez le prénom")
    expect(page.locator("main :focus")).to_have_attribute("aria-invalid", "true")
    page.keyboard.type("Jeanne")
    keys.types("Nom de famille", "Pélissier")
    keys.types("Date de naissance", "1957")
    keys.types("Numéro d’allocataire CAF", "1234567A")
    keys.walks_to("Numéro de sécurité sociale : non connu")
    page.keyboard.press("Space")
    keys.presses("Continuer")
    heading(page, "Quel est le blocage")
    keys.types("Sujet", subject)
    keys.types("Description du blocage", "Plus aucun versement depuis trois mois.")
    keys.presses("Continuer")
    heading(page, "Quel mandat")
    keys.chooses("Mandat signé sur papier", "Par téléphone")
    keys.types("Date de l’appel", "01/11/2026")
    keys.types("Pourquoi aucun autre moyen", "L’usager ne se déplace pas.")
    keys.presses("Continuer")
    heading(page, "Vérifiez vos réponses")
    keys.presses("Envoyer ma demande")
    heading(page, subject)


def test_the_whole_journey_is_done_by_keyboard_alone(new_page: NewPage, with_scripts: bool) -> None:
    agent = Person(new_page(javascript=with_scripts), "agent.lot@exemple.fr")
    page, keys = agent.page, Keyboard(agent.page)
    logs_in(agent)
    sends_a_case(page, f"Au clavier {'avec' if with_scripts else 'sans'} scripts")
    agent.sees_status("Nouvelle")
    if with_scripts:
        expect(page.get_by_role("status").filter(has_text="envoyée")).to_be_focused()

    keys.types("Votre message", "Bonjour.")
    keys.presses("Envoyer le message")
    agent.reads("Bonjour.")
    if with_scripts:
        expect(page.get_by_role("textbox", name="Votre message")).to_be_focused()
    keys.presses("Clore la demande")
    title = page.get_by_role("heading", name="Clore la demande")
    expect(title).to_be_focused() if with_scripts else expect(title).to_be_visible()
    keys.presses("Confirmer la clôture")
    expect(page.locator("#cloture .error")).to_be_visible()
    keys.chooses("Le blocage est résolu", "Le blocage est résolu")
    keys.presses("Confirmer la clôture")
    agent.sees_it_closed()
    for question in page.get_by_role("group").all():
        name = question.locator("legend").inner_text()
        while not question.get_by_role("radio", name="Oui").evaluate("(one) => one === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(question.get_by_role("radio", name="Oui"), name).to_be_checked()
    keys.presses("Répondre au sondage")
    expect(page.get_by_text("Merci, votre réponse anonyme est reçue.").first).to_be_visible()


def test_the_focus_goes_where_a_person_expects(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    agent.send_case(subject="Où va le focus")
    page, keys = agent.page, Keyboard(agent.page)

    keys.presses("Inviter un expert")
    expect(page.get_by_role("heading", name="Inviter un expert")).to_be_focused()
    keys.presses("Inviter l’équipe de la plateforme")
    expect(page.get_by_role("textbox", name="Qu’est-ce qui bloque dans le dialogue ?")).to_be_focused()
    page.keyboard.type("Plus de réponse.")
    keys.presses("Inviter l’équipe de la plateforme")
    expect(page.get_by_role("status").filter(has_text="L’invitation est envoyée")).to_be_focused()

    keys.presses("Clore la demande")
    expect(page.get_by_role("heading", name="Clore la demande")).to_be_focused()
    keys.presses("Confirmer la clôture")
    expect(page.get_by_role("radio").first).to_be_focused()


def test_the_skip_link_leads_to_the_content(new_page: NewPage, with_scripts: bool) -> None:
    page = new_page(javascript=with_scripts)
    page.goto("/aide")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


def test_tab_goes_through_a_case_and_out_of_it(log_in_again: Arrive) -> None:
    """No trap: from the first control to the last, and never twice the same."""
    agent = log_in_again("agent.lot")
    agent.send_case(subject="Sans piège")
    page = agent.page
    page.reload()
    page.evaluate("document.activeElement.blur()")
    controls = page.locator("a[href], button, input:not([type=hidden]), textarea, select, summary")
    expected = sum(one.is_visible() for one in controls.all())
    stops = []
    for _ in range(expected):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("() => { document.activeElement.dataset.met = 1; return document.activeElement.tagName; }")
        )
    assert page.locator("[data-met]").count() == expected, stops


def test_a_live_change_is_said_once_and_takes_no_focus(log_in_again: Arrive) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    page, case = agent.page, agent.send_case(subject="Dit une fois")
    box = page.get_by_role("textbox", name="Votre message")
    box.fill("Je commence")
    page.evaluate("""() => {
      window.said = [];
      for (const place of [document.getElementById("annonces"), document.querySelector("#organismes [id]")]) {
        new MutationObserver(() => window.said.push(place.textContent.trim().replace(/ le .*/, "")))
          .observe(place, { childList: true, subtree: true });
      }
    }""")
    referent.page.goto(case)
    agent.sees_status("Consultée")
    referent.writes("Je regarde.")
    agent.reads("Je regarde.")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1500)

    assert [said for said in page.evaluate("said") if said] == [
        "consultée",
        "Message de la CAF.",
    ]
    expect(box).to_be_focused()
    expect(box).to_have_value("Je commence")
    expect(page.get_by_role("status").and_(page.locator("#annonces"))).to_be_attached()


def test_an_open_list_says_what_changes_in_it(log_in_again: Arrive) -> None:
    referent = log_in_again("referent.caf.lot")
    referent.page.goto("/demandes")
    referent.page.wait_for_timeout(500)
    log_in_again("agent.lot").send_case(subject="Dite par la liste")
    expect(referent.page.locator("#annonces")).to_have_text("Dite par la liste – Nouvelle demande de Carmen Vidal.")
