"""What a person does on the platform, by roles and visible French words: the contract of docs/qa.md."""

import contextlib
import re
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from app.domain.authentication.totp import compute_code, compute_step
from e2e.posted_case import post_case
from e2e.thread import find_thread_lines

_WRITE = """async (words) => {
  for (const message of words) {
    const form = new FormData(document.querySelector("#reponse form"));
    form.set("message", message);
    form.set("cle", crypto.randomUUID());
    const answer = await fetch(location.href + "/messages", { method: "POST", body: form });
    if (!answer.ok) throw new Error(answer.status);
  }
}"""


class Person:
    """A person of the cast at their browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def ask_for_link(self) -> None:
        self.page.goto("/login")
        self.page.get_by_role("textbox", name="Adresse mail professionnelle").fill(self.address)
        self.page.get_by_role("button", name="Recevoir mon lien de connexion").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Consultez votre messagerie")

    def read_emails(self) -> list[dict[str, str]]:
        answer = self.page.request.get(f"/demo/mails.json?to={self.address}")
        found: list[dict[str, str]] = answer.json()
        return found

    def wait_for_email(self, subject: str, *, after: int = 0) -> dict[str, str]:
        """The newest email, once its subject begins so; with `after`, the newest of it beyond that many emails."""
        for _ in range(100):
            found = self.read_emails()
            for email in found[: len(found) - after if after else 1]:
                if email["subject"].startswith(subject):
                    return email
            time.sleep(0.1)
        raise AssertionError(f"no email « {subject} » for {self.address}: {[x['subject'] for x in found]}")

    def find_link(self, email: dict[str, str]) -> str:
        found = re.search(r"https?://\S+", email["text"])
        assert found
        return found[0]

    def log_in(self) -> None:
        self.follows_their_link()
        expect(self.page.get_by_role("button", name="Se déconnecter")).to_be_visible()

    def sets_up_a_second_factor(self) -> tuple[str, list[str]]:
        """The key that their phone now holds, and their recovery codes."""
        self.page.goto("/profil/double-authentification")
        key = self.page.locator("p.code").inner_text().replace(" ", "")
        self.page.get_by_role("textbox", name="Code de votre application").fill(compute_current_code(key))
        self.page.get_by_role("button", name="Mettre en place la double authentification").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")
        return key, self.page.locator("main ol li").all_inner_texts()

    def follows_their_link(self) -> None:
        before = len(self.read_emails())
        self.ask_for_link()
        self.page.goto(urlsplit(self.find_link(self.wait_for_email("Votre lien de connexion", after=before))).path)
        follow(self.page.get_by_role("button", name="Me connecter"))

    def press_continue(self) -> None:
        self.page.get_by_role("button", name="Continuer").click()

    def drafts_until_check(self, *, last_name: str, subject: str = "") -> None:
        self.drafts_until_mandate(last_name=last_name, subject=subject)
        self.holds_a_signed_mandate()
        self.press_continue()
        self.sees_check_page()

    def holds_a_signed_mandate(self) -> None:
        self.page.get_by_role("radio", name="Mandat signé sur papier").check()
        yesterday = f"{datetime.now(UTC) - timedelta(days=1):%d/%m/%Y}"
        self.page.get_by_role("textbox", name="Date de signature").fill(yesterday)

    def sees_check_page(self) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Vérifiez vos réponses")

    def drafts_until_mandate(self, *, last_name: str, subject: str = "") -> None:
        """The wizard in the Lot: CAF and MSA are already ticked."""
        page = self.page
        page.get_by_role("link", name="Nouvelle demande").first.click()
        page.get_by_role("radio", name="Mode guidé").check()
        self.press_continue()
        expect(page.get_by_text("Étape 2 sur 7")).to_be_visible()
        page.get_by_role("radio", name="Social / Famille").check()
        self.press_continue()
        page.get_by_role("radio", name="Étude ou versement d’une aide anormalement long").check()
        self.press_continue()
        expect(page.get_by_role("checkbox", name=re.compile("^CAF"))).to_be_checked()
        expect(page.get_by_role("checkbox", name=re.compile("^MSA"))).to_be_checked()
        self.press_continue()
        page.get_by_role("textbox", name="Prénom").fill("Jeanne")
        page.get_by_role("textbox", name="Nom de famille").fill(last_name)
        page.get_by_role("textbox", name="Date de naissance").fill("1957")
        page.get_by_role("textbox", name="Numéro d’allocataire CAF").fill("1234567A")
        page.get_by_role("checkbox", name="Numéro de sécurité sociale : non connu").check()
        self.press_continue()
        if subject:
            page.get_by_role("textbox", name="Sujet").fill(subject)
        page.get_by_role("textbox", name="Description du blocage").fill("Plus aucun versement depuis trois mois.")
        page.get_by_role("checkbox", name="Urgente").check()
        page.get_by_role("textbox", name="Pourquoi est-ce urgent ?").fill("Sans ressources")
        self.press_continue()
        expect(page.get_by_role("heading", level=1)).to_have_text("Quel mandat l’usager vous a-t-il donné ?")

    def send_case(self, *, subject: str, last_name: str = "Pélissier") -> str:
        """The address of the new case, whose page is shown. For tests of what follows: the wizard is not shown."""
        self.page.goto(post_case(self.page, subject=subject, last_name=last_name))
        self.sees_status("Nouvelle")
        return self.page.url

    def sends_case_step_by_step(self, *, subject: str, last_name: str = "Pélissier") -> str:
        """The same, by the pages of the wizard."""
        self.drafts_until_check(last_name=last_name, subject=subject)
        self.page.get_by_role("button", name="Envoyer ma demande").click()
        self.page.wait_for_url("**/demandes/*")  # the check page shows the status of other cases of the same citizen
        self.sees_status("Nouvelle")
        return self.page.url

    def sees_status(self, status: str) -> float:
        """Seconds until the page of a case showed it. Other pages show the status of other cases."""
        badge = self.page.get_by_role("img", name=f"Statut : {status}", exact=True)
        return seconds_until_visible(self.page.locator("#statut").and_(badge))

    def writes(self, text: str) -> None:
        self.page.get_by_role("textbox", name="Votre message").fill(text)
        self.page.get_by_role("button", name="Envoyer le message").click()
        self.reads(text)

    def writes_internal_note(self, text: str) -> None:
        """From the form that the server draws for an internal note: no button there sends to the agent."""
        self.page.get_by_role("radio", name="Lu par : les référents").check()
        for label in ("Envoyer le message", "C’est traité", "Non pertinente"):
            expect(self.page.get_by_role("button", name=label, exact=True)).to_be_hidden()
        self.page.get_by_role("textbox", name="Votre message").fill(text)
        self.page.get_by_role("button", name="Envoyer aux référents").click()
        self.reads(text)

    def answers(self, label: str) -> None:
        """« C’est traité » or « Non pertinente »: the page asks for confirmation once, then sends it."""
        self.page.get_by_role("button", name=label, exact=True).click()
        self.page.get_by_role("button", name=f"Confirmer « {label} »").click()

    def writes_at_once(self, texts: list[str]) -> None:
        """On the page of a case, one after the other, each as its form would send it; the page does not show them."""
        self.page.evaluate(_WRITE, texts)

    def reads(self, text: str) -> float:
        """Seconds until it arrived."""
        return seconds_until_visible(find_thread_lines(self.page).get_by_text(text, exact=True))

    def reads_part_of_line(self, text: str) -> None:
        """Part of a line of the thread: an event, or words of a message."""
        expect(find_thread_lines(self.page).get_by_text(text)).to_be_visible()

    def opens_panel(self, action: str) -> None:
        """The panel of an action other than writing."""
        self.page.get_by_role("button", name=action, exact=True).click()
        expect(self.page.get_by_role("heading", name=action, exact=True)).to_be_visible()

    def closes(self, outcome: str) -> None:
        self.asks_to_close(outcome)
        self.sees_it_closed()

    def asks_to_close(self, outcome: str) -> None:
        self.page.get_by_role("button", name="Clore la demande").click()
        self.page.get_by_role("radio", name=outcome, exact=True).check()
        self.page.get_by_role("button", name="Confirmer la clôture").click()

    def sees_it_closed(self) -> None:
        """The page reloads with its confirmation; the stream may have shown the status before."""
        expect(self.page.get_by_role("status").get_by_text("La demande est close.", exact=True)).to_be_visible()
        self.sees_status("Clôturée")


def compute_current_code(key: str) -> str:
    """The code that a phone with this key shows now."""
    return compute_code(key, compute_step(datetime.now(UTC)))


def seconds_until_visible(awaited: Locator) -> float:
    began = time.monotonic()
    expect(awaited).to_be_visible()
    return time.monotonic() - began


_LET_THROUGH = """(one) => {
  one.form.noValidate = true;
  return Boolean(window.htmx && one.form.matches("[hx-post], [hx-get]"));
}"""


def follow(link: Locator) -> None:
    with link.page.expect_navigation():
        link.click()


def press(page: Page, button: str) -> None:
    """A button of the page, not of the menu. Waits for the answer of the server; the browser’s own checks are off."""
    pressed = page.locator("main").get_by_role("button", name=button, exact=True)
    in_place = pressed.evaluate(_LET_THROUGH)
    with contextlib.nullcontext() if in_place else page.expect_navigation():
        pressed.click()
