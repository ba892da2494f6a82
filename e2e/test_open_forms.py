"""Another person’s action never erases a form that is being filled in; the page shows what happened."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from app.settings import ROOT
from app.text.labels import ACTION_PANEL
from e2e.open_forms import (
    NO_WORDS,
    WORDS,
    fill,
    find_buttons,
    post_from_other_tab,
    read_error_of_field,
    send_all_the_same,
    still_there,
)
from e2e.people import Person
from e2e.telephone import reply_by_sms

Sit = Callable[..., Person]
STAYED = "votre saisie est restée ici"


def test_no_news_replaces_a_form_that_has_been_begun(log_in_again: Sit) -> None:
    """Each panel, the message and the closing are begun in turn while another person closes, then reopens.

    A form has its buttons while the page of now offers it: not on a closed case, and again once it is reopened.
    """
    agent, colleague, referent = map(log_in_again, ("agent.lot", "collegue.lot", "referent.caf.lot"))
    case = agent.send_case(subject="Saisies qui restent")
    colleague.page.goto(case)
    for person, gestures in ((referent, PANELS), (agent, AGENTS)):
        for gesture, label in gestures.items():
            page = person.page
            page.goto(case)
            message = page.get_by_role("textbox", name="Votre message")
            message.fill(f"{WORDS}, {gesture}")
            person.opens_panel(gesture)
            filled = fill(page, label)
            for done, address in (("Demande close par Bastien Roques", "cloture"), ("Demande rouverte", "reouverture")):
                post_from_other_tab(colleague, address, issue="solved")
                for kept in (message, filled):
                    expect(read_error_of_field(kept)).to_contain_text(done)
                    expect(read_error_of_field(kept)).to_contain_text(STAYED)
                    expect(find_buttons(kept).last).to_be_visible(visible=address == "reouverture")
                still_there(page, label)
                expect(message).to_have_value(f"{WORDS}, {gesture}")

    post_from_other_tab(colleague, "cloture", issue="solved")
    expect(page.get_by_role("button", name="Envoyer le message")).to_have_count(0)
    send_all_the_same(message)
    expect(page.get_by_text("votre message n’est pas parti")).to_be_visible()
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value(f"{WORDS}, {gesture}")


def test_a_request_to_reopen_that_is_being_written_stays_too(log_in_again: Sit) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="À rouvrir, peut-être")
    agent.closes("Le blocage est résolu")
    referent.page.goto(case)
    ((gesture, label),) = ON_CLOSED.items()
    referent.opens_panel(gesture)
    filled = fill(referent.page, label)

    post_from_other_tab(agent, "reouverture")

    expect(read_error_of_field(filled)).to_contain_text("Demande rouverte par Carmen Vidal")
    expect(filled).to_have_value(WORDS)
    expect(find_buttons(filled)).to_have_count(0)


PANELS = {
    "Transférer": "Pourquoi cette équipe ?",
    "Ne plus suivre": "Pourquoi votre équipe ne la suit plus",
    "Inviter un organisme": "Ce que vous attendez d’elle",
    "Compléter le dossier": "Ce qui a été trouvé",
    "Corriger l’identité": "Nom de famille",
    "Inviter un expert": "Qu’est-ce qui bloque dans le dialogue ?",
}
AGENTS = {"Inviter un collègue": "Bastien Roques"}
ON_CLOSED = {"Demander de rouvrir": "Pourquoi faudrait-il la rouvrir ?"}
RENEWED = "Enregistrer un nouveau mandat"


def test_each_form_that_news_may_redraw_is_tried_here() -> None:
    """« Retirer la demande » and « Je m’en occupe » have no field; NO_WORDS have a choice or a day, and no words."""
    templates = {path.name: path.read_text() for path in (ROOT / "app/components").rglob("*.html")}
    redrawn = {name for name, text in templates.items() if "hx-swap-oob" in text and "<form" in text}

    assert redrawn - {"_import.html", "_taking.html"} == {"_closure.html", "_gesture.html", "_reply.html"}, (
        "an import polls without form"
    )
    assert {*PANELS, *AGENTS, *ON_CLOSED, RENEWED, *NO_WORDS} == set(ACTION_PANEL.values())


def test_a_new_mandate_that_is_being_written_stays_too(log_in_again: Sit, new_page: Callable[..., Page]) -> None:
    agent, colleague, telephone = log_in_again("agent.lot"), log_in_again("collegue.lot"), new_page()
    page, number = agent.page, "06 39 98 00 04"
    agent.drafts_until_mandate(last_name="Pélissier", subject="Un accord retiré")
    page.get_by_role("radio", name="Par SMS").check()
    page.get_by_role("textbox", name="Numéro de mobile de l’usager").fill(number)
    page.get_by_role("button", name="Envoyer le SMS").click()
    reply_by_sms(telephone, number, "OUI")
    page.get_by_text("accord reçu", exact=True).wait_for()
    agent.press_continue()
    agent.sees_check_page()
    page.get_by_role("button", name="Envoyer ma demande").click()
    agent.sees_status("Nouvelle")
    reply_by_sms(telephone, number, "STOP")
    agent.opens_panel(RENEWED)
    signature = fill(page, "Date de signature")

    colleague.page.goto(page.url.partition("?")[0])
    colleague.closes("Le blocage est résolu")

    expect(read_error_of_field(signature)).to_contain_text("Demande close par Bastien Roques")
    expect(signature).to_have_value(WORDS)


def test_neither_a_closing_nor_a_survey_that_is_being_answered_is_replaced(log_in_again: Sit) -> None:
    agent, colleague = log_in_again("agent.lot"), log_in_again("collegue.lot")
    case = agent.send_case(subject="Clôtures qui se croisent")
    colleague.page.goto(case)
    page = agent.page
    page.get_by_role("button", name="Clore la demande").click()
    outcome = page.get_by_role("radio", name="Le blocage n’est pas résolu")
    outcome.check()

    post_from_other_tab(colleague, "cloture", issue="solved")
    expect(read_error_of_field(outcome)).to_contain_text("Demande close par Bastien Roques")
    expect(outcome).to_be_checked()
    expect(page.get_by_role("button", name="Confirmer la clôture")).to_have_count(0)
    send_all_the_same(outcome)
    expect(page.get_by_text("La demande a déjà été clôturée")).to_be_visible()
    expect(page.get_by_role("button", name="Rouvrir la demande")).to_be_visible()

    colleague.page.goto(case)
    survey = colleague.page.get_by_role("region", name="Sondage de satisfaction")
    answers = [group.get_by_role("radio").nth(1) for group in survey.get_by_role("group").all()]
    answers[0].check()
    answers[1].check()
    post_from_other_tab(agent, "reouverture")
    expect(read_error_of_field(answers[0])).to_contain_text("Demande rouverte par Carmen Vidal")
    for one in answers[:2]:
        expect(one).to_be_checked()
    answers[2].check()
    expect(colleague.page.get_by_role("button", name="Répondre au sondage")).to_have_count(0)
    send_all_the_same(answers[2])
    expect(colleague.page.get_by_text("Le sondage est proposé à la personne qui a clos")).to_be_visible()


def test_when_the_right_to_read_ends_the_words_stay_and_the_buttons_go(log_in_again: Sit) -> None:
    """The case goes from team to team, each time from another tab.

    The page learns it from the stream; or, where that is held back, from the autosave or the answer to the message.
    """
    case = log_in_again("agent.lot").send_case(subject="Transférée pendant la frappe")
    for channel, login, goes_to in (
        ("stream", "referent.caf.lot", "CPAM du Lot"),
        ("autosave", "referent.msa.lot", "CAF du Lot"),
        ("send", "referent.cpam.lot", "MSA du Lot"),
    ):
        person = log_in_again(login)
        page = person.page
        if channel != "stream":
            page.route("**/flux*", lambda route: route.abort())
        page.goto(case)
        person.opens_panel("Transférer")
        team = page.get_by_role("option", name=goes_to).get_attribute("value") or ""
        reason = fill(page, "Pourquoi cette équipe ?")
        message = page.get_by_role("textbox", name="Votre message")
        if channel == "stream":
            message.fill(WORDS)
        post_from_other_tab(person, "transfert", equipe=team, motif="Compétente")
        if channel != "stream":
            message.fill(WORDS)
        if channel == "send":
            page.get_by_role("button", name="Envoyer le message").click()

        said = f"La demande a été transférée à {goes_to} par "
        expect(page.locator("[data-ended]")).to_contain_text(said)
        for field in (message, reason):
            expect(field).to_have_value(WORDS)
            expect(read_error_of_field(field)).to_contain_text(said)
        expect(page.locator("main button")).to_have_count(0)
        expect(page.get_by_label("Pièces jointes")).to_be_disabled()
        expect(page.locator("#annonces")).to_contain_text(said)
        page.goto(case)
        expect(page.get_by_role("heading", level=1)).to_have_text("Cette demande ne vous est plus adressée")
        expect(page.locator("main")).to_contain_text(f"transférée à {goes_to} le")
        expect(page.locator("main")).not_to_contain_text("Transférée pendant")
