"""Two people on one case: an action of one shows on the other’s page within a second, and disturbs nothing."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Browser, expect

from e2e.line import CuttableLine
from e2e.people import Person
from e2e.server import run_server

Arrive = Callable[..., Person]


def test_badge_and_message_arrive_live_and_keep_what_is_being_typed(log_in_again: Arrive) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="En direct")
    agent.opens_panel("Retirer la demande")
    expect(agent.page.get_by_role("button", name="Confirmer le retrait")).to_be_visible()
    box = agent.page.get_by_role("textbox", name="Votre message")
    box.press_sequentially("Une phrase commencée")

    referent.page.goto(case)
    agent.sees_status("Consultée")
    expect(agent.page.get_by_role("button", name="Confirmer le retrait")).to_be_hidden()
    referent.page.get_by_role("textbox", name="Votre message").fill("Bonjour,\n\n  je regarde.")
    referent.page.get_by_role("button", name="Envoyer le message").click()
    agent.reads("Bonjour, je regarde.")
    agent.sees_status("Répondue")
    expect(box).to_have_value("Une phrase commencée")
    expect(box).to_be_focused()
    assert agent.page.locator(".message-body").first.inner_text() == "Bonjour,\n\n  je regarde."
    expect(referent.page.get_by_text("je regarde.")).to_have_count(1)


def test_a_badge_and_a_message_are_there_within_a_second(log_in_again: Arrive) -> None:
    """Only some tries must succeed, so that a busy machine is not taken for a slow platform."""
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="Dans la seconde")
    expect(agent.page.get_by_role("button", name="Retirer la demande")).to_be_visible()
    referent.page.goto(case)
    badges = [agent.sees_status("Consultée")]
    expect(agent.page.get_by_role("button", name="Retirer la demande")).to_be_hidden()
    messages = []
    for text in ("Un premier.", "Un deuxième.", "Un troisième."):
        referent.writes(text)
        messages.append(agent.reads(text))
        badges.append(agent.sees_status("Répondue"))
    assert min(badges[:2]) < 1 and min(messages) < 1, (badges, messages)


def test_a_new_case_enters_an_open_list_and_its_badge_follows(log_in_again: Arrive) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("responsable.caf.lot")
    referent.page.goto("/demandes")
    referent.page.wait_for_timeout(500)
    case = agent.send_case(subject="Arrivée dans la liste")

    row = referent.page.get_by_role("listitem").filter(has_text="Arrivée dans la liste")
    expect(row).to_be_visible()
    expect(row.get_by_role("img", name="Statut : Nouvelle")).to_be_visible()
    colleague = log_in_again("referent.caf.lot")
    colleague.page.goto(case)
    expect(row.get_by_role("img", name="Statut : Consultée")).to_be_visible()


def test_after_a_cut_nothing_is_missing(log_in_again: Arrive, cut_line: CuttableLine) -> None:
    agent, referent = log_in_again("agent.lot", url=cut_line.url), log_in_again("referent.caf.lot")
    agent.page.clock.install()
    agent.send_case(subject="Ligne coupée")
    case = urlsplit(agent.page.url).path
    referent.page.goto(case)
    agent.sees_status("Consultée")

    cut_line.cut()
    referent.writes("Premier message pendant la coupure")
    for _ in range(30):
        agent.page.clock.run_for(1000)  # the page's half minute: its attempts to come back are real
    referent.writes("Second message pendant la coupure")
    expect(agent.page.get_by_text("pendant la coupure")).to_have_count(0)
    cut_line.restore()

    agent.reads("Premier message pendant la coupure")
    agent.reads("Second message pendant la coupure")
    agent.sees_status("Répondue")


def test_a_message_sent_while_the_line_is_cut_leaves_when_it_is_back_and_counts_once(
    log_in_again: Arrive, cut_line: CuttableLine
) -> None:
    agent = log_in_again("agent.lot", url=cut_line.url)
    agent.send_case(subject="Envoi coupé")
    cut_line.cut()
    agent.page.get_by_role("textbox", name="Votre message").fill("Écrit pendant la coupure")
    agent.page.get_by_role("button", name="Envoyer le message").click()
    expect(agent.page.get_by_text("Non envoyé")).to_be_visible()
    expect(agent.page.get_by_role("textbox", name="Votre message")).to_have_value("Écrit pendant la coupure")

    cut_line.restore()
    agent.reads("Écrit pendant la coupure")
    agent.page.reload()
    thread = agent.page.get_by_role("region", name="Fil de la demande")
    expect(thread.get_by_text("Écrit pendant la coupure", exact=True)).to_have_count(1)


def test_what_is_typed_while_a_message_leaves_is_the_next_one(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    agent.page.goto(agent.send_case(subject="Écrire pendant l’envoi"))
    agent.page.route("**/messages*", lambda route: (time.sleep(1), route.continue_()))
    field = agent.page.get_by_role("textbox", name="Votre message")
    field.fill("Un premier.")
    agent.page.get_by_role("button", name="Envoyer le message").click()
    field.press_sequentially(" Un second, commencé aussitôt.")

    agent.reads("Un premier.")

    expect(agent.page.get_by_text("Envoi en cours…")).to_have_count(0)
    expect(field).to_have_value(" Un second, commencé aussitôt.")


def test_after_another_secret_key_an_open_page_goes_on(chromium: Browser) -> None:
    """Each session ends with the key.

    After a new login in another tab, the page’s version is unreadable: its thread is sent again, each line once, and
    typed words stay.
    """
    with run_server() as server:
        agent, referent = (
            Person(chromium.new_context(base_url=server.url, locale="fr-FR").new_page(), f"{login}@exemple.fr")
            for login in ("agent.lot", "referent.caf.lot")
        )
        agent.log_in()
        referent.log_in()
        case = agent.send_case(subject="Clé changée")
        agent.writes("Un premier.")
        box = agent.page.get_by_role("textbox", name="Votre message")
        box.fill("Une phrase commencée")

        server.stop()
        (server.folder / "secret.key").unlink()
        server.start()
        referent.log_in()
        Person(agent.page.context.new_page(), agent.address).log_in()
        referent.page.goto(case)
        for text in ("Un deuxième.", "Un troisième."):
            referent.writes(text)
            agent.reads(text)

        expect(agent.page.locator("#fil .message-body")).to_have_text(["Un premier.", "Un deuxième.", "Un troisième."])
        expect(agent.page.locator("#fil").get_by_text("Demande consultée")).to_have_count(1)
        expect(box).to_have_value("Une phrase commencée")
        for person in (agent, referent):
            person.page.context.close()
