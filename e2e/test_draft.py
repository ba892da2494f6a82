"""Text typed in the wizard survives « Retour », a reload, a closed tab, another computer."""

from collections.abc import Callable

from playwright.sync_api import Route, expect

from e2e.held import hold
from e2e.people import Person

Arrive = Callable[..., Person]


def test_what_is_typed_survives_back_reload_a_closed_tab_and_another_computer(log_in_by_email: Arrive) -> None:
    agent = log_in_by_email("agent.lot")
    agent.drafts_until_check(last_name="Brouillon")
    page = agent.page
    page.get_by_role("link", name="Modifier : Description du blocage").click()
    address = page.url
    description = page.get_by_role("textbox", name="Description du blocage")

    description.fill("Version du retour")
    page.get_by_role("link", name="Retour").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifiez vos réponses")
    expect(page.get_by_text("Version du retour")).to_be_visible()
    page.goto(address)
    expect(description).to_have_value("Version du retour")

    description.fill("Version du rechargement")
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    page.reload()
    expect(description).to_have_value("Version du rechargement")

    description.fill("Version de l’onglet fermé")
    page.close(run_before_unload=True)
    elsewhere = log_in_by_email("agent.lot")
    elsewhere.page.goto(address)
    expect(elsewhere.page.get_by_role("textbox", name="Description du blocage")).to_have_value(
        "Version de l’onglet fermé"
    )


def test_leaving_on_a_slow_line_and_a_refused_save_say_what_is_so(log_in_by_email: Arrive) -> None:
    agent = log_in_by_email("agent.lot")
    agent.drafts_until_mandate(last_name="Ligne lente")
    page = agent.page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    address = page.url.replace("/mandat", "/blocage")
    page.goto(address)
    description, place = page.get_by_role("textbox", name="Description du blocage"), page.locator("#enregistrement")
    slow = hold(page, "**/aide")
    description.fill("Juste avant de partir")
    page.evaluate("location.href = '/aide'")
    page.wait_for_timeout(1000)  # longer than the pause before a save
    assert slow and not errors
    slow[0].continue_()
    page.wait_for_url("**/aide")

    page.goto(address)
    expect(description).to_have_value("Juste avant de partir")
    page.clock.install()
    page.locator("#etape [name=jeton]").evaluate("field => { field.value = 'x' }")
    saves: list[str] = []
    page.on("request", lambda request: saves.append(request.url) if request.method == "POST" else None)
    description.fill("Sous un autre jeton")
    page.clock.run_for(700)
    expect(place).to_contain_text("Non enregistré : rechargez la page")
    expect(place).to_contain_text("gardé dans ce navigateur")
    page.clock.run_for(11_000)
    assert len(saves) == 1, "what does not heal by itself is not tried again"

    page.reload()
    page.clock.resume()

    def without_heading(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<h1", "<p").replace("</h1", "</p"))

    page.route("**/blocage*", without_heading)
    agent.press_continue()
    expect(page.get_by_text("Quel mandat l’usager vous a-t-il donné")).to_be_visible()
    assert not errors
