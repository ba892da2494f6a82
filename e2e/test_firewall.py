"""A firewall strips the HX-* headers, or answers itself: no nested page, no interrupted action, no lost word."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.line import HeaderStrippingProxy
from e2e.people import Person
from e2e.server import Server

Arrive = Callable[..., Person]
NOTE, SUBJECT = "note.txt", "Derrière un pare-feu"
BLOCKED = "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.</body></html>"


@pytest.fixture
def firewall(server: Server) -> Iterator[str]:
    relay = HeaderStrippingProxy(server.port)
    yield relay.url
    relay.close()


def is_whole(page: Page) -> None:
    for once in ("header.top", "main", "h1", "footer"):
        expect(page.locator(once)).to_have_count(1)
    assert "fragment=1" not in page.url and "fragment=1" not in page.content()


def test_the_main_gestures_behind_a_firewall_that_strips_headers(log_in_by_email: Arrive, firewall: str) -> None:
    agent = log_in_by_email("agent.lot", url=firewall)
    page, heading = agent.page, agent.page.get_by_role("heading", level=1)
    loaded: list[str] = []
    page.on("load", lambda: loaded.append(page.url))
    agent.drafts_until_mandate(last_name="Filtrée", subject=SUBJECT)
    assert page.url.endswith("/mandat") and len(loaded) == 1, "each step came into the open page"
    is_whole(page)
    page.get_by_role("link", name="Retour").click()
    expect(heading).to_have_text("Quel est le blocage ?")
    page.get_by_role("textbox", name="Description du blocage").fill("Rien depuis trois mois.")
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    page.locator("input[type=file]").set_input_files(
        {"name": NOTE, "mimeType": "text/plain", "buffer": b"ligne " * 20_000}
    )
    expect(page.get_by_role("button", name=f"Retirer {NOTE}")).to_be_visible()
    page.get_by_role("link", name="Retour").click()
    expect(heading).to_have_text("Qui est l’usager ?")
    page.get_by_role("combobox", name="Autres").select_option("Numéro fiscal")
    page.get_by_role("button", name="Ajouter ce champ").click()
    expect(page.get_by_role("textbox", name="Numéro fiscal")).to_be_visible()
    is_whole(page)
    agent.press_continue()
    expect(heading).to_have_text("Quel est le blocage ?")
    agent.press_continue()
    agent.holds_a_signed_mandate()
    agent.press_continue()
    agent.sees_check_page()
    page.get_by_role("button", name="Envoyer ma demande").click()
    agent.sees_status("Nouvelle")
    is_whole(page)

    loaded.clear()
    agent.writes("Une précision, derrière le pare-feu.")
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("")
    assert not loaded
    is_whole(page)
    agent.closes("Le blocage est résolu")
    is_whole(page)

    page.goto("/demandes?vue=cloturees")
    page.get_by_role("searchbox").first.fill("pare-feu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=SUBJECT)).to_be_visible()
    is_whole(page)
    page.goto("/profil")
    page.get_by_role("button", name="Enregistrer mon profil").click()
    expect(page.get_by_role("status").get_by_text("Votre profil est enregistré.")).to_be_visible()
    is_whole(page)


def test_a_session_that_ends_behind_it_is_said_beside_the_form(log_in_by_email: Arrive, firewall: str) -> None:
    agent = log_in_by_email("agent.lot", url=firewall)
    page = agent.page
    agent.send_case(subject="Session derrière un pare-feu")
    page.get_by_role("textbox", name="Votre message").fill("Écrit trop tard")
    page.context.clear_cookies()
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Non envoyé : votre session a pris fin.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("Écrit trop tard")
    is_whole(page)


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", BLOCKED),
        (403, "text/html", BLOCKED),
        (200, "text/plain", BLOCKED),
        (200, "text/html", ""),
        (200, "text/html", "<p>The requested URL was rejected.</p>"),
    ],
    ids=["page", "refusal", "text", "empty", "fragment"],
)
def test_what_a_firewall_answers_itself_goes_into_no_page_and_loses_no_word(
    log_in_again: Arrive, status: int, kind: str, body: str
) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    case = agent.send_case(subject=f"Bloquée {status} {kind} {body[:3]}")
    page.goto(case)

    def block(route: Route) -> None:
        route.fulfill(status=status, content_type=kind, body=body)

    page.route("**/messages*", block)
    page.get_by_role("textbox", name="Votre message").fill("Toujours ici")
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Réponse inattendue")).to_contain_text("gardé dans ce navigateur")
    expect(page.get_by_text("rejected")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("Toujours ici")
    page.goto("/demandes")
    expect(page.locator("main .notice-warning")).to_contain_text("Toujours ici")
    is_whole(page)

    page.unroute("**/messages*", block)
    page.goto(case)
    expect(page.get_by_role("textbox", name="Votre message")).to_have_value("Toujours ici")
    page.get_by_role("button", name="Envoyer le message").click()
    agent.reads("Toujours ici")


def test_a_page_of_ours_in_the_place_of_a_fragment_is_gone_to(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    case = agent.send_case(subject="Sans marque")
    page.goto(case)

    def forget_everything(route: Route) -> None:
        headers = {name: said for name, said in route.request.headers.items() if not name.startswith("hx-")}
        route.continue_(url=route.request.url.replace("?fragment=1", ""), headers=headers)

    page.route("**/cloture*", forget_everything)
    page.get_by_role("button", name="Clore la demande").click()
    expect(page.get_by_role("button", name="Confirmer la clôture")).to_be_visible()
    is_whole(page)
    assert page.url.endswith("/cloture?") or page.url.endswith("/cloture")


@pytest.mark.parametrize("status", [202, 410])
def test_a_status_of_ours_on_its_page_keeps_nothing_and_is_put_nowhere(log_in_again: Arrive, status: int) -> None:
    """AWS’s firewall answers 202 with a whole page."""
    agent = log_in_again("agent.lot")
    page = agent.page

    def block(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, content_type="text/html", body=BLOCKED)
        else:
            route.continue_()

    page.goto(agent.send_case(subject=f"Relais {status}"))
    page.route("**/message-en-cours*", block)
    page.route("**/pieces*", block)
    page.get_by_role("textbox", name="Votre message").fill("Toujours ici")
    expect(page.locator("[data-kept]")).to_contain_text(
        "Message pas encore enregistré. Ce que vous avez saisi est gardé"
    )
    page.locator("input[type=file]").set_input_files({"name": NOTE, "mimeType": "text/plain", "buffer": b"ligne"})
    expect(page.locator("[data-waiting]")).to_contain_text("Réponse inattendue du réseau")
    expect(page.get_by_role("button", name="Envoyer le message")).to_be_visible()
    expect(page.get_by_text("rejected")).to_have_count(0)
    page.unroute("**/pieces*", block)
    expect(page.get_by_role("button", name=f"Retirer {NOTE}")).to_be_visible()

    agent.drafts_until_mandate(last_name=f"Relais {status}")
    page.route("**/blocage*", block)
    page.goto(page.url.replace("/mandat", "/blocage"))
    page.get_by_role("textbox", name="Description du blocage").fill("Toujours là")
    place = page.locator("#enregistrement")
    expect(place).to_contain_text("Non enregistré, nouvel essai")
    expect(place).to_contain_text("gardé dans ce navigateur")
    expect(page.get_by_text("rejected")).to_have_count(0)
    is_whole(page)


def test_a_page_that_asks_for_news_keeps_its_forms_when_a_firewall_says_gone(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    page = agent.page
    case = agent.send_case(subject="Nouvelles bloquées")
    page.route("**/flux?*", lambda route: route.abort())
    page.route("**/nouvelles*", lambda route: route.fulfill(status=410, content_type="text/html", body=BLOCKED))
    page.clock.install()
    page.goto(case)
    with page.expect_response("**/nouvelles*"):
        page.clock.run_for(20_000)
    page.clock.run_for(100)
    expect(page.get_by_text("rejected")).to_have_count(0)
    expect(page.get_by_role("button", name="Envoyer le message")).to_be_visible()
