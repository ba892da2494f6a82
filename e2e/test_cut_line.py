"""The connection is cut, and answers are lost: the typed text stays, the page says so and retries, once.

The page’s clock is moved past the wait before a retry; the cuts are real.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from app.tests.support.attachments_fixtures import PDF
from e2e.line import CuttableLine
from e2e.people import Person

Arrive = Callable[..., Person]
Do = Callable[[], None]
TRY_AGAIN = 3500
"""Milliseconds: app/static/sending.js waits 3 s."""
SHARE, SEED = 0.05, "a line in the Lot"
_ANSWERS = """() => [...document.querySelectorAll("main form[method=post]")].flatMap((form) => [...new FormData(form)])
  .filter(([name]) => name !== "version").map(([name, value]) => `${name}=${value.name || value}`).join("&")"""
_IN_A_HURRY = "{ const wait = setTimeout; window.setTimeout = (then, ms, ...more) => wait(then, ms / 10, ...more); }"
"""The page’s waits are ten times shorter; the events that it waits for stay real."""


def go_on_through(line: CuttableLine, agent: Person, do: Do, seen: Callable[[], str], then: Do) -> None:
    """Presses on a cut connection: the page stays and says so; once mended, it goes on by itself."""
    line.cut()
    before = seen()
    do()
    expect(agent.page.get_by_text("Non envoyé : la ligne est coupée.")).to_be_visible()
    assert before and seen() == before, "what was typed is there"
    agent.page.clock.run_for(TRY_AGAIN)
    expect(agent.page.get_by_text("Non envoyé : la ligne est coupée.")).to_be_visible()
    line.restore()
    agent.page.clock.run_for(TRY_AGAIN)
    then()


def typed(page: Page) -> str:
    """Every answer of the form, as it would be sent, tokens included. Without the number of saves."""
    return str(page.evaluate(_ANSWERS))


def test_each_step_of_the_wizard_and_the_sending_pass_through_a_cut(
    log_in_again: Arrive, cut_line: CuttableLine
) -> None:
    agent, referent = log_in_again("agent.lot", url=cut_line.url), log_in_again("referent.caf.lot")
    page, subject = agent.page, "Coupé à chaque étape"
    page.clock.install()
    heading = page.get_by_role("heading", level=1)
    questions: list[str] = []

    def go_on() -> None:
        def arrived() -> None:
            expect(heading).not_to_have_text(questions[-1])

        questions.append(heading.inner_text())
        press = page.get_by_role("button", name="Continuer").click
        go_on_through(cut_line, agent, press, lambda: typed(page), arrived)

    agent.press_continue = go_on  # type: ignore[method-assign]
    agent.drafts_until_check(last_name="Coupure", subject=subject)
    assert len(questions) == 7
    send = page.get_by_role("button", name="Envoyer ma demande").click
    go_on_through(
        cut_line, agent, send, lambda: page.locator("main dl").first.inner_text(), lambda: agent.sees_status("Nouvelle")
    )

    for person in (agent, referent):
        assert listed(person, subject) == 1
    page.goto("/demandes?vue=brouillons")
    expect(page.get_by_text(subject)).to_have_count(0)


def listed(person: Person, subject: str, view: str = "en-cours") -> int:
    person.page.goto(f"/demandes?vue={view}&q={subject}")
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Mes demandes")
    return person.page.get_by_role("listitem").filter(has_text=subject).count()


def test_a_message_its_file_and_the_closing_pass_through_a_cut(
    log_in_again: Arrive, cut_line: CuttableLine, tmp_path: Path
) -> None:
    agent = log_in_again("agent.lot", url=cut_line.url)
    case = agent.send_case(subject="Coupé sur la demande")
    page = agent.page
    page.clock.install()
    page.goto(case)
    paper = tmp_path / "relevé.pdf"
    paper.write_bytes(PDF)

    cut_line.cut()
    page.get_by_role("textbox", name="Votre message").fill("Écrit sur une ligne coupée.")
    page.get_by_label("Pièces jointes").set_input_files(paper)
    expect(page.get_by_text("La ligne est coupée : l’envoi reprendra").first).to_be_visible()
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Dès que les fichiers sont reçus, la suite se fait d’elle-même.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("Écrit sur une ligne coupée.")
    cut_line.restore()
    page.clock.run_for(20_000)
    agent.reads("Écrit sur une ligne coupée.")
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("")

    open_closing = page.get_by_role("button", name="Clore la demande").click
    outcome = page.get_by_role("radio", name="Le blocage est résolu", exact=True)
    go_on_through(cut_line, agent, open_closing, heading_of(page), lambda: expect(outcome).to_be_visible())
    outcome.check()
    confirm = page.get_by_role("button", name="Confirmer la clôture").click
    go_on_through(cut_line, agent, confirm, lambda: typed(page), lambda: agent.sees_status("Clôturée"))

    page.goto(case)
    thread = page.get_by_role("region", name="Fil de la demande")
    expect(thread.get_by_text("Écrit sur une ligne coupée.", exact=True)).to_have_count(1)
    expect(thread.get_by_role("link", name=f"Télécharger {paper.name}")).to_have_count(1)
    expect(thread.get_by_text("Demande close")).to_have_count(1)


def heading_of(page: Page) -> Callable[[], str]:
    return lambda: page.get_by_role("heading", level=1).inner_text()


class LostAnswers:
    """The server receives and its answer is lost, once for each address: the hardest cut for what counts once."""

    def __init__(self, page: Page) -> None:
        self.lost: set[str] = set()
        page.add_init_script(_IN_A_HURRY)
        page.route("**/*", self._meet)

    def _meet(self, route: Route) -> None:
        request = route.request
        if request.method != "POST" or request.url in self.lost:
            route.continue_()
            return
        self.lost.add(request.url)
        route.fetch(max_redirects=0)
        route.abort()


def test_an_answer_that_is_lost_makes_nothing_twice(log_in_again: Arrive, tmp_path: Path) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    paper = tmp_path / "attestation.pdf"
    paper.write_bytes(PDF)
    answers = LostAnswers(agent.page)
    case = agent.sends_case_step_by_step(subject="Réponses perdues")
    agent.page.wait_for_load_state("load")
    agent.page.get_by_label("Pièces jointes").set_input_files(paper)
    expect(agent.page.get_by_role("button", name=f"Retirer {paper.name}")).to_be_visible()
    agent.writes("Une seule fois.")
    agent.asks_to_close("Le blocage est résolu")
    agent.sees_status("Clôturée")
    agent.page.get_by_role("button", name="Rouvrir la demande").click()
    agent.sees_status("Nouvelle")

    assert {"nouvelle", "envoi", "messages", "cloture", "reouverture", "reception"} <= {
        url.rpartition("/")[2].partition("?")[0] for url in answers.lost
    }
    assert listed(agent, "Réponses perdues") == listed(referent, "Réponses perdues") == 1
    referent.page.goto(case)
    thread = referent.page.get_by_role("region", name="Fil de la demande")
    for found in ("Demande envoyée", "Demande close", "Demande rouverte", "Une seule fois."):
        expect(thread.get_by_text(found)).to_have_count(1)
    expect(thread.get_by_role("link", name=f"Télécharger {paper.name}")).to_have_count(1)


def test_what_is_added_to_a_message_whose_answer_was_lost_stays(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    agent.page.goto(agent.send_case(subject="Ajout pendant la coupure"))
    LostAnswers(agent.page)
    field = agent.page.get_by_role("textbox", name="Votre message")
    field.fill("Parti.")
    agent.page.get_by_role("button", name="Envoyer le message").click()
    expect(agent.page.get_by_text("Non envoyé")).to_be_visible()
    field.press_sequentially(" Et un ajout.")

    expect(agent.page.get_by_text("Votre message était déjà parti.")).to_be_visible()
    expect(field).to_have_value("Et un ajout.")
    agent.page.get_by_role("button", name="Envoyer le message").click()
    agent.reads("Et un ajout.")
    agent.page.reload()
    assert agent.page.locator("#fil .message-body").all_inner_texts() == ["Parti.", "Et un ajout."]


class BadLine:
    """A share of the requests of the page’s scripts, or of their answers, is lost. The same draws each time."""

    def __init__(self, page: Page) -> None:
        self._draw = random.Random(SEED)  # noqa: S311
        self.met = self.lost = 0
        page.add_init_script(_IN_A_HURRY)
        page.route("**/*", self._meet)

    def _meet(self, route: Route) -> None:
        if route.request.resource_type not in {"fetch", "xhr", "ping"} or "/flux?" in route.request.url:
            route.continue_()
            return
        self.met += 1
        if self._draw.random() >= SHARE:
            route.continue_()
            return
        self.lost += 1
        if self._draw.random() < 0.5:
            route.fetch(max_redirects=0)
        route.abort()


def test_one_request_in_twenty_lost_loses_nothing(log_in_again: Arrive, tmp_path: Path) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    line = BadLine(agent.page)
    case = agent.sends_case_step_by_step(subject="Une ligne qui perd")
    agent.page.wait_for_load_state("load")
    said = [f"Message {n} sur une ligne qui perd." for n in range(7)]
    for n, words in enumerate(said):
        if n % 3 == 0:
            paper = tmp_path / f"page-{n}.pdf"
            paper.write_bytes(PDF)
            agent.page.get_by_label("Pièces jointes").set_input_files(paper)
        agent.writes(words)
        expect(agent.page.get_by_role("textbox", name="Votre message")).to_have_value("")
    agent.asks_to_close("Le blocage est résolu")
    agent.sees_status("Clôturée")

    assert line.lost >= 2, f"{line.lost} of {line.met} lost"
    referent.page.goto(case)
    assert referent.page.locator("#fil .message-body").all_inner_texts() == said
    files = [link.inner_text() for link in referent.page.locator("#fil").get_by_role("link", name="Télécharger").all()]
    assert files == [f"Télécharger page-{n}.pdf" for n in (0, 3, 6)]
    expect(referent.page.locator("#fil").get_by_text("Demande close")).to_have_count(1)
    assert listed(referent, "Une ligne qui perd", "cloturees") == 1


@pytest.mark.parametrize("where", ["wizard", "message", "close"])
def test_a_session_that_ended_goes_on_once_logged_in_again(log_in_again: Arrive, where: str) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    if where == "wizard":
        agent.drafts_until_mandate(last_name="Session")
        agent.holds_a_signed_mandate()
        button, then = "Continuer", agent.sees_check_page
    elif where == "message":
        agent.send_case(subject="Session finie en écrivant")
        page.get_by_role("textbox", name="Votre message").fill("Écrit avant la fin.")
        button, then = "Envoyer le message", lambda: agent.reads("Écrit avant la fin.")
    else:
        agent.send_case(subject="Session finie en closant")
        page.get_by_role("button", name="Clore la demande").click()
        page.get_by_role("radio", name="Le blocage est résolu", exact=True).check()
        button, then = "Confirmer la clôture", lambda: agent.sees_status("Clôturée")
    before = typed(page)
    page.context.clear_cookies()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Non envoyé : votre session a pris fin.").first).to_be_visible()
    assert typed(page) == before, "what was typed is there"
    log_in_beside(agent, "connectez-vous dans un nouvel onglet")
    then()


def log_in_beside(agent: Person, link: str) -> None:
    """In another tab, then back to this one."""
    page = agent.page
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=link).first.click()
    opened.value.wait_for_load_state()
    Person(opened.value, agent.address).log_in()
    opened.value.close()
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_session_that_ended_in_the_middle_of_a_file_goes_on_from_there(log_in_again: Arrive, tmp_path: Path) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    agent.send_case(subject="Session finie en envoyant")
    paper, pieces = tmp_path / "dossier.pdf", []
    paper.write_bytes(PDF + b"%" * 300_000)

    def meet(route: Route) -> None:
        """The session ends once a first chunk has been received."""
        pieces.append(route.request.post_data_buffer or b"")
        answer = route.fetch()
        if len(pieces) == 1:
            page.context.clear_cookies()
        route.fulfill(response=answer)

    page.route("**/reception*", meet)
    page.get_by_role("textbox", name="Votre message").fill("Voici le dossier.")
    page.get_by_label("Pièces jointes").set_input_files(paper)
    expect(page.get_by_text("Votre session a pris fin").first).to_be_visible()
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("Voici le dossier.")
    log_in_beside(agent, "Connectez-vous dans un nouvel onglet")

    agent.reads("Voici le dossier.")
    expect(page.locator("#fil").get_by_role("link", name=f"Télécharger {paper.name}")).to_have_count(1)
    starts = [piece.split(b'name="depuis"')[1].split()[0] for piece in pieces]
    assert starts.count(b"0") == 1 and len(starts) == len(set(starts)) + 1, "what was received is not sent again"
