"""What was typed in the wizard survives « Retour », a reload, a closed tab, another computer."""

from collections.abc import Callable

from playwright.sync_api import expect

from e2e.people import Person

Arrive = Callable[..., Person]


def test_what_is_typed_survives_back_reload_a_closed_tab_and_another_computer(arrive: Arrive) -> None:
    agent = arrive("agent.lot")
    agent.draft_until_check(last_name="Brouillon")
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
    elsewhere = arrive("agent.lot")
    elsewhere.page.goto(address)
    expect(elsewhere.page.get_by_role("textbox", name="Description du blocage")).to_have_value(
        "Version de l’onglet fermé"
    )
