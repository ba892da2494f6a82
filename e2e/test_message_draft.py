"""An unsent message survives a reload, a closed tab and another computer; only its author reads it."""

from collections.abc import Callable

from playwright.sync_api import expect

from e2e.people import Person

Arrive = Callable[..., Person]


def test_words_are_found_again_by_their_author_alone_until_they_are_sent(
    log_in_again: Arrive, log_in_by_email: Arrive
) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_by_email("referent.caf.lot")
    case = agent.send_case(subject="Message en cours")
    page = referent.page
    page.goto(case)
    message = page.get_by_role("textbox", name="Votre message")

    message.press_sequentially("Je rappelle")
    expect(page.get_by_text("Message gardé : vous seul le retrouverez ici.")).to_be_visible()
    page.reload()
    expect(message).to_have_value("Je rappelle")

    page.get_by_role("radio", name="Lu par : les référents").check()
    message.fill("Je rappelle demain")
    page.close(run_before_unload=True)
    elsewhere = log_in_by_email("referent.caf.lot")
    page = elsewhere.page
    page.goto(case)
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("Je rappelle demain")
    expect(page.get_by_role("radio", name="Lu par : les référents")).to_be_checked()
    agent.page.goto(case)
    expect(agent.page.get_by_role("textbox", name="Votre message")).to_have_value("")

    page.get_by_role("button", name="Envoyer aux référents").click()
    elsewhere.reads("Je rappelle demain")
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("")
    page.reload()
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("")


def test_words_whose_sending_was_cut_by_leaving_the_page_are_found_again(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    case = agent.send_case(subject="Quittée trop tôt")
    page.goto(case)
    page.route("**/messages*", lambda route: None)
    page.get_by_role("textbox", name="Votre message").fill("Parti trop vite")
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Envoi en cours…")).to_be_visible()

    page.goto("/demandes")
    page.goto(case)
    for _ in range(20):  # a browser sends what a page left behind when it is idle
        if page.get_by_role("textbox", name="Votre message").input_value():
            break
        page.wait_for_timeout(500)
        page.reload()

    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("Parti trop vite")


def test_without_scripts_a_refused_message_is_not_lost(log_in_again: Arrive) -> None:
    agent, colleague = log_in_again("agent.lot", javascript=False), log_in_again("collegue.lot", javascript=False)
    case = agent.send_case(subject="Refusée sans scripts")
    agent.page.get_by_role("textbox", name="Votre message").fill("Une précision")
    colleague.page.goto(case)
    colleague.closes("Le blocage est résolu")

    agent.page.get_by_role("button", name="Envoyer le message").click()

    expect(agent.page.get_by_role("textbox", name="Votre message")).to_have_value("Une précision")
    expect(agent.page.get_by_text("votre message n’est pas parti")).to_be_visible()
