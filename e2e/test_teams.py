"""A team from its creation to its closing; search finds it and its people: with scripts and without."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person, press

Arrive = Callable[..., Person]


def sees_title(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def opens(page: Page, title: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Administration", exact=True).click()
    page.get_by_role("link", name=title, exact=True).click()
    sees_title(page, title)


def searches(page: Page, field: str, typed: str) -> None:
    page.get_by_role("searchbox", name=field).fill(typed)
    page.get_by_role("button", name="Filtrer").click()


def test_a_team_is_created_changed_found_and_closed(log_in_again: Arrive, with_scripts: bool) -> None:
    page = log_in_again("superviseur.lot", javascript=with_scripts).page
    name = f"MDPH de Figeac {'avec' if with_scripts else 'sans'} scripts"
    renamed = name.replace("Figeac", "Gourdon")

    opens(page, "Équipes")
    page.get_by_role("link", name="Créer une équipe").click()
    page.get_by_role("combobox", name="Organisme").select_option(
        label="MDPH – Maison départementale des personnes handicapées"
    )
    press(page, "Créer l’équipe")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox", name="Nom de l’équipe").fill(name)
    page.get_by_role("textbox", name="Commune").fill("Figeac")
    page.get_by_role("checkbox", name="46 – Lot").check()
    page.get_by_role("button", name="Créer l’équipe").click()
    sees_title(page, name)
    expect(page.get_by_text("Équipe injoignable")).to_be_visible()

    page.get_by_role("link", name="Modifier l’équipe").click()
    page.get_by_role("textbox", name="Nom de l’équipe").fill(renamed)
    page.get_by_role("button", name="Enregistrer").click()
    sees_title(page, renamed)

    page.get_by_role("navigation").get_by_role("link", name="Administration", exact=True).click()
    page.get_by_role("link", name="injoignable").click()
    searches(page, "Nom, adresse, organisme ou département", f"GOURDON mdph {'avec' if with_scripts else 'sans'}")
    expect(page.get_by_text("1 équipe avec ces filtres")).to_be_visible()
    page.get_by_role("link", name=renamed).click()

    page.get_by_role("link", name="Fermer l’équipe").click()
    page.get_by_role("button", name="Fermer cette équipe").click()
    expect(page.get_by_text("L’équipe est fermée.")).to_be_visible()


def test_a_person_is_found_with_or_without_accents_and_their_account_is_opened_again(
    log_in_again: Arrive, with_scripts: bool
) -> None:
    page = log_in_again("admin", javascript=with_scripts).page
    name = "Sylvie Chaput" if with_scripts else "Denis Faure"

    opens(page, "Personnes")
    searches(
        page, "Nom, adresse, organisme, équipe ou département", "Chapüt MSA creuse" if with_scripts else "FAURÉ caf 23"
    )
    expect(page.get_by_text("1 personne avec ces filtres")).to_be_visible()
    page.get_by_role("link", name=name).click()
    sees_title(page, name)
    page.get_by_role("link", name="Désactiver le compte").click()
    page.get_by_role("button", name="Désactiver le compte").click()
    expect(page.get_by_text("Compte désactivé")).to_be_visible()

    opens(page, "Personnes")
    page.get_by_role("link", name="Désactivées").click()
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Réactiver le compte").click()
    expect(page.get_by_text("Le compte est réactivé")).to_be_visible()
