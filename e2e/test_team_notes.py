"""A note of one team, in four browsers: two members of the CAF, a referent of the MSA, the agent."""

from collections.abc import Callable

from playwright.sync_api import expect

from e2e.people import Person, find_thread_lines

Sit = Callable[..., Person]
SUBJECT = "Une note pour l’équipe"
NOTE, REPLY = "Son dossier papier est dans mon armoire.", "Je m’en charge demain."


def write_to_team(person: Person, text: str) -> None:
    page = person.page
    page.get_by_role("radio", name="Lu par : les membres de CAF du Lot, et eux seuls").check()
    for label in ("Envoyer le message", "C’est traité", "Non pertinente", "Envoyer aux référents"):
        expect(page.get_by_role("button", name=label, exact=True)).to_be_hidden()
    page.get_by_role("textbox", name="Votre message").fill(text)
    page.get_by_role("button", name="Envoyer à mon équipe").click()


def finds(person: Person, word: str, view: str) -> bool:
    """Whether the person's list has a case with this word."""
    person.page.goto(f"/demandes?vue={view}&q={word}")
    expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    return person.page.get_by_role("link", name=SUBJECT).count() > 0


def test_two_colleagues_write_to_each_other_and_the_others_see_nothing(log_in_again: Sit) -> None:
    agent, julien, msa = log_in_again("agent.lot"), log_in_again("referent.caf.lot"), log_in_again("referent.msa.lot")
    colleague = log_in_again("responsable.caf.lot")
    case = agent.send_case(subject=SUBJECT)
    for person in (julien, colleague, msa):
        person.page.goto(case)

    write_to_team(julien, NOTE)
    for person in (julien, colleague):
        person.reads(NOTE)
    write_to_team(colleague, REPLY)
    expect(colleague.page.get_by_role("heading", name="Julien Delmas a écrit entre-temps")).to_be_visible()
    colleague.page.get_by_role("button", name="Envoyer à mon équipe").click()
    for person in (julien, colleague):
        person.reads(REPLY)
    expect(julien.page.get_by_role("radio", name="Lu par : l’agent")).to_be_checked()
    julien.page.get_by_role("textbox", name="Votre message").fill("Bonjour, nous regardons.")
    julien.page.get_by_role("button", name="Envoyer le message").click()
    julien.page.get_by_role("button", name="Envoyer quand même").click()
    julien.reads("Bonjour, nous regardons.")

    for other in (msa, agent):
        other.reads("Bonjour, nous regardons.")
        for secret in (NOTE, REPLY):
            expect(find_thread_lines(other.page).filter(has_text=secret)).to_have_count(0)
        view = "a-traiter" if other is msa else "en-cours"
        assert finds(other, "regardons", view) and not finds(other, "armoire", view)
    assert finds(colleague, "armoire", "en-attente")


def test_a_name_in_a_note_calls_a_colleague_who_reads_it_at_once(log_in_again: Sit) -> None:
    agent, julien = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    colleague = log_in_again("responsable.caf.lot")
    case = agent.send_case(subject="Un nom dans une note")
    for person in (julien, colleague):
        person.page.goto(case)
    page = julien.page

    page.get_by_role("radio", name="Lu par : les membres").check()
    page.get_by_role("textbox", name="Votre message").fill("@Hélène Marty et @Xavier, qui a ce dossier ?")
    page.get_by_role("button", name="Envoyer à mon équipe").click()

    expect(page.get_by_text("@Xavier n’a prévenu personne").first).to_be_visible()
    for one in (page, colleague.page):
        expect(find_thread_lines(one).locator("b", has_text="@Hélène Marty")).to_be_visible()
    expect(find_thread_lines(agent.page).filter(has_text="qui a ce dossier")).to_have_count(0)
