"""Unsent input is encrypted in the browser: after a close or a kill, its author gets it back, and it is sent once."""

import contextlib
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Route, StorageState, expect

from e2e.browser import CHROMIUM, CHROMIUM_FLAGS, TIMEOUT_MS
from e2e.line import CuttableLine
from e2e.open_forms import post_from_other_tab
from e2e.people import Person

Arrive = Callable[..., Person]
SAVED_IN_BROWSER = "Ce que vous avez saisi est gardé dans ce navigateur"
ON_THE_PAGE = "Ce que vous avez saisi n’est que sur cette page : laissez-la ouverte."
WORDS = "Mme Pélissier n’a plus rien reçu depuis août."
_ENTRIES = """() => new Promise((done) => {
  const asked = indexedDB.open("saisi");
  asked.onsuccess = () => {
    const all = asked.result.transaction("saisi").objectStore("saisi").getAll();
    all.onsuccess = () => done(all.result.map((one) => Object.entries(one).map(([name, value]) =>
      [name, value.byteLength ? String.fromCharCode(...new Uint8Array(value)) : String(value)])));
  };
})"""
_OFFERED_OR_HELD = """async () => document.querySelector("main .notice-warning")
  || (await navigator.locks.query()).pending.length"""
_FIRST_PRESSED = """new MutationObserver(() => {
  const button = document.querySelector("main .notice-warning button");
  if (button) window.early ??= getComputedStyle(button).pointerEvents;
}).observe(document, { childList: true, subtree: true })"""
WITHOUT_STORAGE = {
    "insecure": "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })",
    "blocked": "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('blocked') } })",
    "full": "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }",
}


class PersistentBrowser:
    """One computer: a browser whose profile stays on the disk."""

    def __init__(self, chromium: Browser, profile: Path, url: str, sessions: dict[str, StorageState]) -> None:
        self._chromium, self._profile, self._url, self._sessions = chromium, profile, url, sessions

    @contextmanager
    def log_in_as(self, login: str, *, killed: bool = False) -> Iterator[Person]:
        """At the end the browser is closed, or killed: it then has no time to write anything."""
        context = self._chromium.browser_type.launch_persistent_context(
            self._profile, executable_path=CHROMIUM, args=CHROMIUM_FLAGS, base_url=self._url, locale="fr-FR"
        )
        context.set_default_timeout(TIMEOUT_MS)
        context.clear_cookies()
        person = Person(context.pages[0], f"{login}@exemple.fr")
        if login in self._sessions:
            context.add_cookies(self._sessions[login]["cookies"])  # type: ignore[typeddict-item]
            person.page.goto("/demandes")
        else:
            person.log_in()
        yield person
        if killed:
            self._kill()
        with contextlib.suppress(Error):
            context.close()

    def _kill(self) -> None:
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if f"--user-data-dir={self._profile}".encode() in command.read_bytes():
                    os.kill(int(command.parent.name), signal.SIGKILL)


@pytest.fixture
def desk(
    chromium: Browser, cut_line: CuttableLine, tmp_path: Path, sessions: dict[str, StorageState]
) -> PersistentBrowser:
    return PersistentBrowser(chromium, tmp_path / "profile", cut_line.url, sessions)


def entries(page: Page) -> list[dict[str, str]]:
    """What the browser stores, readable or not."""
    return [dict(entry) for entry in page.evaluate(_ENTRIES)]


def read_offered_text(page: Page) -> Locator:
    return page.locator("main .notice-warning").filter(has_text="que vous aviez")


def take_back(page: Page) -> None:
    read_offered_text(page).get_by_role("button", name="Reprendre").click()


def message(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Votre message")


def send(page: Page) -> None:
    page.get_by_role("button", name="Envoyer le message").click()


def test_a_message_survives_a_closed_browser_for_its_author_alone_and_is_sent_once(
    log_in_again: Arrive, desk: PersistentBrowser, cut_line: CuttableLine
) -> None:
    case = log_in_again("agent.lot").send_case(subject="Écrite sans ligne").rpartition("/")[2]
    address = f"/demandes/{case}"
    with desk.log_in_as("agent.lot") as agent:
        page = agent.page
        page.goto(address)
        message(page).fill("Mme Pélissier")
        expect(page.get_by_text("Message gardé : vous seul")).to_be_visible()
        cut_line.cut()
        message(page).fill(WORDS)
        expect(page.locator("[data-kept]")).to_contain_text(f"Message pas encore enregistré. {SAVED_IN_BROWSER}")
        send(page)
        expect(page.locator("[data-sending]")).to_contain_text("Non envoyé : la ligne est coupée.")
        expect(page.locator("[data-sending]")).to_contain_text(SAVED_IN_BROWSER)
    cut_line.restore()

    with desk.log_in_as("collegue.lot") as colleague:
        page = colleague.page
        (entry,) = entries(page)
        assert set(entry) == {"name", "at", "iv", "box"}
        assert not any(words in str(entry) for words in ("Pélissier", "août", "Écrite", case))
        for place in ("/demandes", address):
            page.goto(place, wait_until="load")
            expect(read_offered_text(page)).to_have_count(0)
        page.get_by_role("button", name="Se déconnecter").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
        assert entries(page) == [entry], "who leaves takes nothing of another person away"

    with desk.log_in_as("agent.lot") as agent:
        page = agent.page
        expect(read_offered_text(page)).to_contain_text("Écrite sans ligne")
        read_offered_text(page).get_by_role("link").click()
        expect(read_offered_text(page)).to_contain_text(WORDS)
        expect(message(page)).to_have_value("Mme Pélissier")
        take_back(page)
        expect(message(page)).to_have_value(WORDS)
        expect(page.get_by_text("Message gardé : vous seul")).to_be_visible()
        page.reload()
        expect(message(page)).to_have_value(WORDS)
        arrive_and_lose_the_answer(page)

    with desk.log_in_as("agent.lot") as agent:
        page = agent.page
        page.goto(address)
        message(page).fill("Autre chose.")
        take_back(page)
        expect(message(page)).to_have_value(f"{WORDS}\n\nAutre chose.")
        expect(page.locator("[data-kept]")).to_have_text("Ce message est déjà parti : il est dans le fil.")
        send(page)
        expect(page.get_by_text("Votre message était déjà parti.")).to_be_visible()
        expect(message(page)).to_have_value("Autre chose.")
        expect(page.locator("#fil .message-body")).to_have_text([WORDS])
        send(page)
        agent.reads("Autre chose.")
        page.reload()
        expect(page.locator("#fil .message-body")).to_have_text([WORDS, "Autre chose."])
        expect(read_offered_text(page)).to_have_count(0)
        assert entries(page) == []


def arrive_and_lose_the_answer(page: Page) -> None:
    def meet(route: Route) -> None:
        assert route.fetch(headers={**route.request.headers, "sec-fetch-site": "same-origin"}).ok
        route.abort()

    page.route("**/messages*", meet)
    send(page)
    expect(page.locator("[data-sending]")).to_contain_text(SAVED_IN_BROWSER)


def test_a_step_survives_the_end_of_a_session_and_a_killed_browser(
    log_in_again: Arrive, desk: PersistentBrowser
) -> None:
    log_in_again("agent.lot")
    with desk.log_in_as("agent.lot", killed=True) as agent:
        page = agent.page
        page.goto("/demandes/nouvelle")
        page.get_by_role("radio", name="Choisir les organismes").check()
        agent.press_continue()
        expect(page.get_by_text("Étape 2 sur")).to_be_visible()
        address = page.url.rpartition("/")[0] + "/blocage"
        page.goto(address)
        page.get_by_role("textbox", name="Sujet").fill("Versement arrêté")
        expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
        page.context.clear_cookies()
        page.get_by_role("textbox", name="Description du blocage").fill(WORDS)
        page.get_by_role("checkbox", name="Urgente").check()
        expect(page.locator("#enregistrement")).to_contain_text("votre session a pris fin")
        expect(page.locator("#enregistrement")).to_contain_text(SAVED_IN_BROWSER)

    with desk.log_in_as("agent.lot") as agent:
        page = agent.page
        read_offered_text(page).get_by_role("link").click()
        expect(page.get_by_role("textbox", name="Description du blocage")).to_have_value("")
        page.get_by_role("textbox", name="Sujet").fill("Versement suspendu")
        take_back(page)
        expect(page.get_by_text("C’est repris. La page disait avant :")).to_be_visible()
        expect(page.locator("main .facts")).to_have_text("Sujet : Versement suspendu")
        expect(page.get_by_role("textbox", name="Sujet")).to_have_value("Versement arrêté")
        expect(page.get_by_role("checkbox", name="Urgente")).to_be_checked()
        expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
        page.goto(address)
        expect(page.get_by_role("textbox", name="Description du blocage")).to_have_value(WORDS)
        expect(read_offered_text(page)).to_have_count(0)
        assert entries(page) == []


def test_words_of_an_open_page_are_its_own_and_what_is_erased_can_be_brought_back(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page, case = agent.page, agent.send_case(subject="Un seul exemplaire")
    page.context.route("**/message-en-cours*", lambda route: route.abort())
    page.goto(case)
    message(page).fill(WORDS)
    expect(page.locator("[data-kept]")).to_contain_text(SAVED_IN_BROWSER)
    other = page.context.new_page()
    other.add_init_script(_FIRST_PRESSED)
    other.goto(case)
    other.wait_for_function(_OFFERED_OR_HELD)
    expect(read_offered_text(other)).to_have_count(0)

    page.context.add_init_script("Navigator.prototype.sendBeacon = () => true")
    page.evaluate("Navigator.prototype.sendBeacon = () => true")
    page.close()
    other.reload()
    expect(read_offered_text(other)).to_contain_text(WORDS)
    assert other.evaluate("early") == "none", "a press that was meant for what was there reaches nothing"
    read_offered_text(other).get_by_role("button", name="Effacer").click()
    expect(other.get_by_text("C’est effacé.")).to_be_visible()
    assert entries(other) == []
    other.get_by_role("button", name="Annuler").click()
    take_back(other)
    expect(message(other)).to_have_value(WORDS)


def test_a_save_is_tried_again_and_a_message_that_has_left_is_sealed_no_more(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page, case, held = agent.page, agent.send_case(subject="Réponses tardives"), list[Route]()
    page.clock.install()
    page.goto(case)
    page.route("**/message-en-cours*", lambda route: route.fulfill(status=503, body="<p>Rejected</p>"))
    message(page).fill("Gardé plus tard")
    expect(page.locator("[data-kept]")).to_contain_text(f"Message pas encore enregistré. {SAVED_IN_BROWSER}")
    page.unroute("**/message-en-cours*")
    page.clock.fast_forward(5000)
    expect(page.get_by_text("Message gardé : vous seul")).to_be_visible()

    page.route("**/message-en-cours*", lambda route: held.append(route))
    with page.expect_request("**/message-en-cours*"):
        message(page).fill("Parti une fois")
    send(page)
    agent.reads("Parti une fois")
    with page.expect_response("**/message-en-cours*"):
        held[0].fulfill(status=503)
    page.unroute("**/message-en-cours*")
    page.goto("/demandes")
    assert entries(page) == []


def test_words_of_a_person_whose_right_to_read_has_ended_are_offered_to_copy(log_in_again: Arrive) -> None:
    case = log_in_again("agent.lot").send_case(subject="Transférée avant")
    person = log_in_again("referent.caf.lot")
    page = person.page
    page.goto(case)
    person.opens_panel("Transférer")
    team = page.get_by_role("option", name="CPAM du Lot").get_attribute("value") or ""
    page.route(re.compile("/(flux|nouvelles)"), lambda route: route.abort())
    page.reload()
    post_from_other_tab(person, "transfert", equipe=team, motif="Compétente")
    message(page).fill(WORDS)
    expect(page.locator("[data-ended]")).to_be_visible()
    expect(page.locator("[data-kept]")).to_contain_text(SAVED_IN_BROWSER)

    page.goto("/demandes")
    expect(read_offered_text(page)).to_contain_text(WORDS)
    read_offered_text(page).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette demande ne vous est plus adressée")
    page.goto("/demandes")
    read_offered_text(page).get_by_role("button", name="Effacer").click()
    expect(page.get_by_text("C’est effacé.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes demandes")
    assert entries(page) == []


@pytest.mark.parametrize("why", WITHOUT_STORAGE)
def test_where_nothing_can_be_kept_the_page_says_so_and_leaving_warns(log_in_again: Arrive, why: str) -> None:
    page = log_in_again("collegue.lot").page
    page.add_init_script(WITHOUT_STORAGE[why])
    page.goto("/demandes/nouvelle")
    page.get_by_role("radio", name="Choisir les organismes").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Étape 2 sur")).to_be_visible()
    page.goto(page.url.rpartition("/")[0] + "/blocage")
    page.route("**/blocage*", lambda route: route.abort())
    page.get_by_role("textbox", name="Description du blocage").press_sequentially("Rien.")

    expect(page.locator("#enregistrement")).to_contain_text(ON_THE_PAGE)
    expect(page.get_by_text("gardé")).to_have_count(0)
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()


LONG = ("Élève né à côté, déjà reçu. " * 2000)[:53_299] + "."


@pytest.mark.parametrize("storage", ["kept", "full"])
def test_a_paste_too_long_to_leave_with_its_page_is_sealed_at_once_or_leaving_warns(
    log_in_again: Arrive, storage: str
) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    agent.drafts_until_mandate(last_name="Collée")
    step, case = page.url.replace("/mandat", "/blocage"), agent.send_case(subject=f"Collage {storage}")
    if storage == "full":
        page.add_init_script(WITHOUT_STORAGE["full"])
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.clock.install()
    for address, label in ((step, "Description du blocage"), (case, "Votre message")):
        page.goto(address)
        page.clock.pause_at(page.evaluate("() => Date.now() / 1000 + 1"))
        field = page.get_by_role("textbox", name=label)
        field.click()
        field.fill(LONG)
        if storage == "full":
            page.evaluate("() => void location.reload()")
            while not asked:
                page.wait_for_timeout(20)
            assert asked.pop() == "beforeunload"
            page.clock.run_for(3000)
            expect(page.get_by_text(re.compile("Brouillon enregistré|Message gardé : vous seul"))).to_be_visible()
        else:
            for _ in range(100):
                if entries(page):
                    break
                page.wait_for_timeout(20)
            page.reload()
            expect(read_offered_text(page)).to_contain_text(LONG[-200:])
            read_offered_text(page).get_by_role("button", name="Effacer").click()
            expect(read_offered_text(page)).to_have_count(0)
