"""Two pages of one person save the same form: the newer text is never overwritten, and both are shown."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from e2e.people import Person

Arrive = Callable[..., Person]
SAVED = "Message gardé : vous seul le retrouverez ici."
BOTH = "Un autre texte est gardé, écrit depuis une autre page"


def held_save(page: Page, do: Callable[[], None]) -> list[Route]:
    """One autosave that was sent and has not arrived: the browser cannot stop it any more."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route) if "enregistrer=1" in (route.request.post_data or "") else route.continue_()

    page.route("**/blocage*", hold)
    with page.expect_request(lambda request: "enregistrer=1" in (request.post_data or "")):
        do()
    return held


def send(page: Page, held: list[Route]) -> int:
    assert held, "it is held, and does not arrive by itself"
    late = held[0].request
    return page.request.post(
        late.url, data=late.post_data or "", headers={**late.headers, "origin": origin(page)}
    ).status


def origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def test_two_tabs_of_one_person_keep_both_messages(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    first, second = agent.page, agent.page.context.new_page()
    case = agent.send_case(subject="Deux onglets")
    second.goto(case)

    second.get_by_role("textbox", name="Votre message").fill("Plus récent")
    expect(second.get_by_text(SAVED)).to_be_visible()
    first.get_by_role("textbox", name="Votre message").fill("Écrit à côté")

    expect(first.get_by_text(BOTH)).to_be_visible()
    expect(first.get_by_text("Plus récent")).to_be_visible()
    expect(first.get_by_text("Message gardé à part")).to_be_visible()
    first.get_by_role("textbox", name="Votre message").fill("Écrit à côté, et la suite")
    first.reload()
    expect(first.get_by_role("textbox", name="Votre message")).to_have_value("Plus récent")
    expect(first.get_by_text("Écrit à côté, et la suite")).to_be_visible()

    first.get_by_role("button", name="Reprendre ce texte").click()
    expect(first.get_by_role("textbox", name="Votre message")).to_have_value("Écrit à côté, et la suite")
    expect(first.get_by_text("Plus récent")).to_be_visible()
    second.get_by_role("textbox", name="Votre message").fill("Plus récent encore")
    expect(second.get_by_text("Message gardé à part")).to_be_visible()
    first.get_by_role("button", name="Envoyer le message").click()
    agent.reads("Écrit à côté, et la suite")
    first.reload()
    expect(first.get_by_text("Plus récent encore")).to_be_visible()
    first.get_by_role("button", name="Ne pas garder ce texte").click()
    expect(first.get_by_text(BOTH)).to_be_hidden()


def test_what_is_typed_just_before_is_on_the_page_that_follows(log_in_again: Arrive, log_in_by_email: Arrive) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_by_email("referent.caf.lot")
    case = agent.send_case(subject="Tout de suite après")
    page = referent.page
    page.goto(case)
    field = page.get_by_role("textbox", name="Votre message")

    field.press_sequentially("Tapé avant de recharger", delay=5)
    page.reload()
    expect(field).to_have_value("Tapé avant de recharger")

    page.get_by_role("radio", name="Lu par : les référents").check()
    field.fill("Tapé avant de s’en occuper")
    page.get_by_role("button", name="Je m’en occupe").click()
    expect(page.get_by_role("button", name="Je m’en occupe")).to_be_hidden()
    expect(field).to_have_value("Tapé avant de s’en occuper")
    expect(page.get_by_role("radio", name="Lu par : les référents")).to_be_checked()


def test_a_step_is_never_replaced_by_an_older_page(log_in_by_email: Arrive) -> None:
    agent = log_in_by_email("agent.lot")
    agent.drafts_until_check(last_name="Deux pages", subject="Sujet gardé")
    page, old = agent.page, agent.page.context.new_page()
    page.get_by_role("link", name="Modifier : Description du blocage").click()
    field = page.get_by_role("textbox", name="Description du blocage")
    old.goto(page.url)
    field.fill("Au clavier ave")
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()

    late = held_save(page, lambda: field.fill("Au clavier avec"))
    field.fill("Au clavier avec scripts")
    page.get_by_role("button", name="Continuer").click()
    agent.sees_check_page()
    assert send(page, late) == 204, "an older save of the same page is dropped, in silence"
    page.reload()
    expect(page.get_by_text("Au clavier avec scripts")).to_be_visible()

    typed = old.get_by_role("textbox", name="Description du blocage")
    typed.fill("D’une vieille page")
    expect(old.get_by_text(BOTH)).to_be_visible()
    expect(old.get_by_text("Au clavier avec scripts")).to_be_visible()
    old.get_by_role("button", name="Continuer").click()
    expect(typed).to_have_value("D’une vieille page")
    page.reload()
    expect(page.get_by_text("Au clavier avec scripts")).to_be_visible()
    expect(page.get_by_text("Deux textes sont gardés")).to_be_visible()

    old.get_by_role("button", name="Ne pas garder ce texte").click()
    expect(old.get_by_text(BOTH)).to_be_hidden()
    expect(typed).to_have_value("D’une vieille page")
    page.reload()
    expect(page.get_by_text("D’une vieille page")).to_be_visible()
    page.get_by_role("button", name="Envoyer ma demande").click()
    agent.sees_status("Nouvelle")
    typed.fill("Après l’envoi")
    expect(old.get_by_text("Cette demande a été envoyée le")).to_be_visible()
    old.get_by_role("button", name="Continuer").click()
    expect(typed).to_have_value("Après l’envoi")
    expect(old.get_by_text("Cette demande a été envoyée le")).to_be_visible()


def test_enter_takes_no_text_of_another_page(log_in_by_email: Arrive, log_in_again: Arrive) -> None:
    agent, sharer = log_in_by_email("agent.lot"), log_in_again("agent.lot")
    agent.drafts_until_check(last_name="Touche Entrée", subject="Sujet gardé")
    page, other = agent.page, agent.page.context.new_page()
    page.get_by_role("link", name="Modifier : Description du blocage").click()
    other.goto(page.url)
    other.get_by_role("textbox", name="Description du blocage").fill("De l’autre page")
    expect(other.get_by_text("Brouillon enregistré.")).to_be_visible()
    subject = page.get_by_role("textbox", name="Sujet")
    subject.fill("Sujet d’ici")
    expect(page.get_by_text(BOTH)).to_be_visible()
    with page.expect_request(lambda request: request.method == "POST") as asked:
        subject.press("Enter")
    assert "reprendre=" not in (asked.value.post_data or "")
    expect(subject).to_have_value("Sujet d’ici")
    expect(page.get_by_text("De l’autre page")).to_be_visible()

    page, other = sharer.page, sharer.page.context.new_page()
    case = sharer.send_case(subject="Signée")
    page.goto("/profil")
    page.get_by_role("textbox", name="Signature").fill("Léa, accueil")
    page.get_by_role("button", name="Enregistrer mon profil").click()
    expect(page.get_by_text("Votre profil est enregistré.")).to_be_visible()
    page.goto(case)
    signature = page.get_by_role("textbox", name="Signature")
    signature.press("End")
    signature.press_sequentially(" du matin", delay=5)
    page.reload()
    expect(signature).to_have_value("Léa, accueil du matin")
    for one in (page, other):
        one.goto(case)
    other.get_by_role("textbox", name="Votre message").fill("De l’autre page")
    expect(other.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("textbox", name="Votre message").fill("Écrit ici")
    expect(page.get_by_text(BOTH)).to_be_visible()
    page.get_by_role("textbox", name="Signature").press("Enter")
    expect(page.locator("#fil .message-body")).to_contain_text("Écrit ici")
