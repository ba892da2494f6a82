"""The admin edits the catalogue: a draft uses it at once, and goes on when a subject is withdrawn."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person, press

Arrive = Callable[..., Person]


def new_subject(page: Page, name: str) -> None:
    """In the category « Logement », for the CAF."""
    page.goto("/administration")
    page.get_by_role("link", name="Catalogue").click()
    page.get_by_role("link", name="Sujets").click()
    page.get_by_role("link", name="Nouveau sujet dans Logement").click()
    page.get_by_role("textbox", name="Procédure habituelle").fill("Demander d’abord au 3230.")
    press(page, "Ajouter")
    expect(page.get_by_role("alert")).to_contain_text("Donnez un nom.")
    expect(page.get_by_role("textbox", name="Procédure habituelle")).to_have_value("Demander d’abord au 3230.")
    page.get_by_role("alert").get_by_role("link").click()
    page.get_by_role("textbox", name="Nom").fill(name)
    page.get_by_role("checkbox", name="CAF –").check()
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_text("La fiche est ajoutée.")).to_be_visible()


def test_a_subject_is_added_used_withdrawn_and_comes_back(log_in_by_email: Arrive, with_scripts: bool) -> None:
    admin, agent = (
        log_in_by_email("admin", javascript=with_scripts).page,
        log_in_by_email("agent.lot", javascript=with_scripts),
    )
    name = f"Dépôt de garantie {'avec' if with_scripts else 'sans'} scripts"
    new_subject(admin, name)

    page = agent.page
    page.get_by_role("link", name="Nouvelle demande").first.click()
    page.get_by_role("radio", name="Mode guidé").check()
    agent.press_continue()
    page.get_by_role("radio", name="Logement").check()
    agent.press_continue()
    page.get_by_role("radio", name=name).check()
    agent.press_continue()
    expect(page.get_by_text("Demander d’abord au 3230.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="CAF –")).to_be_checked()

    admin.get_by_role("button", name="Retirer cette fiche").click()
    expect(admin.get_by_text("La fiche est retirée")).to_be_visible()
    agent.press_continue()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qui est l’usager ?")
    page.goto(page.url.replace("/usager", "/verification"))
    expect(page.get_by_text(f"Le sujet « {name} » n’est plus proposé.")).to_be_visible()
    page.get_by_role("link", name="Choisir de nouveau").click()
    expect(page.get_by_role("radio", name=name)).to_be_checked()

    admin.get_by_role("button", name="Annuler ce changement").first.click()
    expect(admin.get_by_text("Le changement est annulé.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("n’est plus proposé")).to_have_count(0)


def test_two_editors_at_once_lose_nothing(log_in_by_email: Arrive, with_scripts: bool) -> None:
    first, second = (
        log_in_by_email("admin", javascript=with_scripts).page,
        log_in_by_email("admin", javascript=with_scripts).page,
    )
    for page in (first, second):
        page.goto("/administration/catalogue/categories")
        page.get_by_role("link", name="Retraite", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Retraite")

    first.get_by_role("textbox", name="Description").fill(f"Pensions, réversion {with_scripts}")
    first.get_by_role("button", name="Enregistrer").click()
    expect(first.get_by_text("La fiche est enregistrée.")).to_be_visible()
    second.get_by_role("textbox", name="Description").fill("Droits et pensions")
    press(second, "Enregistrer")

    expect(second.get_by_text("Odile Garnier a changé cette fiche")).to_be_visible()
    expect(second.get_by_role("cell", name=f"Pensions, réversion {with_scripts}")).to_be_visible()
    expect(second.get_by_role("textbox", name="Description")).to_have_value("Droits et pensions")
    second.get_by_role("button", name="Enregistrer").click()
    expect(second.get_by_text("La fiche est enregistrée.")).to_be_visible()
