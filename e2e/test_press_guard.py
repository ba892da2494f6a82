"""The page guards new content for 500 ms: the rest answers at once, and a driver’s click waits."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from e2e.double_press import GUARD_MS, a_person, find_middle, hold_clock, put_under, record_posts
from e2e.people import Person, follow

Sit = Callable[..., Person]
_EARLY = """new MutationObserver(() => {
  const button = document.querySelector("[name=ecarter]");
  if (button) window.early ??= getComputedStyle(button).pointerEvents;
}).observe(document, { childList: true, subtree: true })"""


def set_animations(page: Page, rate: int) -> None:
    """0 holds them at their beginning, as on a page that has just been drawn."""
    animations = page.context.new_cdp_session(page)
    animations.send("Animation.enable")
    animations.send("Animation.setPlaybackRate", {"playbackRate": rate})


def leads_under(page: Page, link: Locator, target: Locator) -> tuple[float, float]:
    """The link is pressed at the place of the target, and the new page’s clock is held."""
    place = put_under(page, link, target)
    hold_clock(page)
    with page.expect_navigation():
        page.mouse.click(*place)
    return place


def a_press_is_too_early(page: Page, link: Locator, target: Locator) -> None:
    place, sent = leads_under(page, link, target), record_posts(page)

    page.mouse.click(*place)
    page.clock.run_for(GUARD_MS - 100)
    page.mouse.click(*place)
    page.clock.run_for(GUARD_MS - 100)
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('button')", place) is None

    page.clock.resume()
    target.click(trial=True)
    assert not sent


def test_a_new_page_takes_nothing_away_by_a_press_carried_to_it(log_in_again: Sit) -> None:
    agent = a_person(log_in_again, "agent.lot")
    page, danger = agent.page, agent.page.locator("main .button-danger")
    agent.drafts_until_check(last_name="Gardé")
    a_press_is_too_early(page, page.get_by_role("link", name="Supprimer ce brouillon"), danger)
    page.goto("/demandes")
    page.goto(agent.send_case(subject="Page neuve"))
    agent.writes("À corriger.")
    a_press_is_too_early(page, page.get_by_role("link", name="Corriger ou retirer"), danger)

    manager = a_person(log_in_again, "responsable.caf.lot")
    page, danger = manager.page, manager.page.locator("main .button-danger")
    page.goto("/equipes")
    for link in ("CAF du Lot", "Gérer les membres"):
        follow(page.get_by_role("link", name=link).first)
    members = page.url
    for gesture in ("Retirer de l’équipe", "Désactiver le compte"):
        page.goto(members)
        a_press_is_too_early(page, page.get_by_role("link", name=f"{gesture} : Julien Delmas"), danger)


def test_a_link_of_a_new_page_answers_at_once(log_in_again: Sit) -> None:
    agent = a_person(log_in_again, "agent.lot")
    page, case = agent.page, agent.send_case(subject="Lien aussitôt")
    page.goto(case)
    agent.writes("À corriger.")
    correct, cancel = (page.get_by_role("link", name=name) for name in ("Corriger ou retirer", "Annuler"))
    place = leads_under(page, correct, cancel)

    page.mouse.click(*place)

    expect(page).to_have_url(case)


def test_without_scripts_a_new_page_takes_nothing_away_at_first(log_in_again: Sit) -> None:
    agent = log_in_again("agent.lot", javascript=False)
    page = agent.page
    agent.drafts_until_check(last_name="Sans scripts")
    set_animations(page, 0)
    follow(page.get_by_role("link", name="Supprimer ce brouillon"))
    button, sent = page.get_by_role("button", name="Supprimer ce brouillon"), record_posts(page)

    page.mouse.click(*find_middle(button))
    page.mouse.click(*find_middle(page.get_by_role("link", name="Le garder")))

    agent.sees_check_page()
    assert not sent
    page.go_back()
    set_animations(page, 1)
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes demandes")


def test_without_scripts_an_answer_is_not_sent_at_first(log_in_again: Sit) -> None:
    case = log_in_again("agent.lot").send_case(subject="Réponse sans scripts")
    referent = log_in_again("referent.caf.lot", javascript=False)
    page, sent = referent.page, record_posts(referent.page)
    page.set_viewport_size({"width": 1280, "height": 3000})
    set_animations(page, 0)
    page.goto(case)

    for name in ("Je m’en occupe", "Envoyer le message", "C’est traité", "Non pertinente"):
        page.mouse.click(*find_middle(page.get_by_role("button", name=name, exact=True)))

    expect(page.get_by_role("button", name="Je m’en occupe")).to_be_visible()
    assert not sent


_ABSENT = {
    "storage": "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('blocked') } })",
    "referrer": "Object.defineProperty(Document.prototype, 'referrer', { get: () => '' })",
}


@pytest.mark.parametrize("absent", _ABSENT)
def test_without_storage_or_referrer_the_style_sheet_guards(log_in_again: Sit, absent: str) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    page.goto(agent.send_case(subject="Navigateur fermé"))
    agent.writes("À retirer.")
    page.add_init_script(_ABSENT[absent])
    page.reload()
    set_animations(page, 0)
    follow(page.get_by_role("link", name="Corriger ou retirer"))
    button, sent = page.locator("main .button-danger"), record_posts(page)

    page.mouse.click(*find_middle(button))

    assert not sent
    set_animations(page, 1)
    button.click()
    agent.reads("Message retiré par son auteur.")


def test_all_that_is_elsewhere_answers_at_once(log_in_again: Sit) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    case = agent.send_case(subject="Ailleurs, aussitôt")
    page.clock.install()
    page.goto(case)
    message = page.get_by_role("textbox", name="Votre message")
    place = find_middle(page.get_by_role("button", name="Clore la demande"))
    hold_clock(page)
    page.mouse.click(*place)
    expect(page.get_by_role("heading", name="Clore la demande")).to_be_focused()
    cover = page.locator(".press-cover").bounding_box()
    assert cover and {round(cover["width"]), round(cover["height"])} == {44}, "a finger's width, where the press was"
    assert abs(cover["x"] + 22 - place[0]) < 1 and abs(cover["y"] + 22 - place[1]) < 1

    message.click()
    page.keyboard.type("Saisi aussitôt")
    page.get_by_role("button", name="Confirmer la clôture").click()

    expect(page.locator("#cloture .error")).to_be_visible()
    expect(message).to_have_value("Saisi aussitôt")


def test_a_drivers_click_waits_for_what_is_covered(log_in_again: Sit) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    page.set_viewport_size({"width": 360, "height": 720})
    page.goto(agent.send_case(subject="Cliquée par un programme"))

    page.get_by_role("button", name="Retirer la demande").click()
    page.get_by_role("button", name="Confirmer le retrait").click()

    agent.sees_status("Clôturée")


def test_what_a_save_brings_ignores_presses_at_first(log_in_again: Sit) -> None:
    """The notice about another page’s text shifts its form, and « Ne pas garder » asks no question."""
    agent = log_in_again("agent.lot")
    first, case = agent.page, agent.send_case(subject="Arrivé de lui-même")
    second = first.context.new_page()
    first.add_init_script(_EARLY)
    first.reload()  # reached by a press: app.css leaves the guard to the scripts
    second.goto(case)
    second.get_by_role("textbox", name="Votre message").fill("Ailleurs")
    expect(second.get_by_text("Message gardé : vous seul")).to_be_visible()

    first.get_by_role("textbox", name="Votre message").fill("Ici")
    drop = first.get_by_role("button", name="Ne pas garder ce texte")
    drop.click(trial=True)

    assert first.evaluate("early") == "none"


def test_an_enter_that_is_held_or_doubled_sends_once(log_in_again: Sit) -> None:
    """The field that lacks an answer has the focus when the panel is shown again: an Enter there sends."""
    agent = log_in_again("agent.lot")
    page, found = agent.page, agent.page.get_by_role("textbox", name="Ce qui a été trouvé")
    case = agent.send_case(subject="Touche tenue")
    page.clock.install()
    page.goto(case)
    agent.opens_panel("Compléter le dossier")
    page.get_by_role("button", name="Enregistrer").focus()
    sent = record_posts(page)
    hold_clock(page)
    page.keyboard.down("Enter")
    expect(found).to_have_attribute("aria-invalid", "true")
    page.clock.run_for(20)
    expect(found).to_be_focused()

    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.clock.run_for(GUARD_MS - 100)
    page.keyboard.press("Enter")
    page.clock.run_for(GUARD_MS)
    assert len(sent) == 1

    with page.expect_request("**/complement*"):
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("key", "late"), [("Enter", 0), ("Enter", 700), ("Space", 0), ("Space", 700)])
def test_a_key_that_is_doubled_ticks_and_sends_nothing_more(log_in_again: Sit, key: str, late: int) -> None:
    """The first radio has the focus when the panel is shown again, `late` milliseconds after the key."""
    agent = log_in_again("agent.lot")
    page, message = agent.page, agent.page.get_by_role("textbox", name="Votre message")
    case, first = agent.send_case(subject="Touche doublée"), page.locator("#cloture [type=radio]").first
    page.clock.install()
    page.goto(case)
    agent.opens_panel("Clore la demande")
    page.get_by_role("button", name="Confirmer la clôture").focus()
    sent = record_posts(page)

    def answer_late(route: Route) -> None:
        page.clock.run_for(late)
        route.continue_()

    page.route("**/cloture*", answer_late)
    hold_clock(page)
    page.keyboard.press(key)
    expect(page.locator("#cloture .error")).to_be_visible()
    page.clock.run_for(20)
    expect(first).to_be_focused()

    page.keyboard.press(key)
    page.clock.run_for(GUARD_MS - 100)
    page.keyboard.press(key)

    assert not first.is_checked()
    assert [one.url.rpartition("/")[2] for one in sent] == ["cloture?fragment=1"]
    message.press("Space")
    expect(message).to_have_value(" ")
    first.press("Space")
    expect(first).to_be_checked()


def test_an_enter_after_tab_is_meant_and_a_text_takes_them_all(log_in_again: Sit) -> None:
    agent = log_in_again("agent.lot")
    page, heading = agent.page, agent.page.get_by_role("heading", level=1)
    agent.drafts_until_mandate(last_name="Tabulation")
    page.get_by_role("link", name="Retour").click()
    expect(heading).to_have_text("Quel est le blocage ?")
    page.clock.install()
    page.reload()
    description = page.get_by_role("textbox", name="Description du blocage")
    description.fill("Une ligne")
    for _ in range(3):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(description).to_have_value("Une ligne\n\n\n")
    go_on = page.get_by_role("button", name="Continuer")
    go_on.focus()
    hold_clock(page)
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Quel mandat l’usager vous a-t-il donné ?")
    page.clock.run_for(20)

    page.keyboard.press("Tab")
    go_on.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_be_visible()
