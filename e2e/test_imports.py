"""An import, with scripts and without: a file from a spreadsheet, the preview, the click."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from e2e.people import Person

Arrive = Callable[..., Person]
HEADING = "Équipe;Adresse mail;Nom;Prénom"


def send(page: Page, kind: str, path: Path) -> None:
    page.goto("/administration")
    page.get_by_role("link", name="Imports").click()
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("Fichier CSV").set_input_files(str(path))
    page.get_by_role("button", name="Lire le fichier").click()


def waits_for(page: Page, text: str, *, scripts: bool) -> None:
    """The page polls by itself; without scripts, its link does."""
    for _ in range(60):
        if scripts or page.get_by_text(text).count():
            break
        page.wait_for_timeout(500)
        if page.get_by_role("link", name="Actualiser").count():
            page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_text(text).first).to_be_visible(timeout=60_000)


def test_people_are_previewed_imported_and_invited(log_in_again: Arrive, with_scripts: bool, tmp_path: Path) -> None:
    newcomer = f"nouvelle.{'avec' if with_scripts else 'sans'}@exemple.fr"
    path = tmp_path / "arrivées.csv"
    path.write_bytes(
        "\n".join([HEADING, f"CAF du Lot;{newcomer};Éluard;Zoé", "CAF du Lot;sans-adresse;;"]).encode("cp1252")
    )
    admin = log_in_again("admin", javascript=with_scripts)
    page = admin.page

    send(page, "Des personnes", path)
    waits_for(page, "Rien n’est encore enregistré.", scripts=with_scripts)
    expect(page.get_by_role("row", name="Création Zoé Éluard")).to_be_visible()
    expect(page.get_by_role("row", name="n’est pas une adresse mail")).to_be_visible()
    page.get_by_role("link", name="Refusées (1)").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("checkbox", name="Envoyer les invitations").check()
    page.get_by_role("button", name="Importer cette ligne").click()
    waits_for(page, "Import terminé", scripts=with_scripts)
    assert Person(page, newcomer).wait_for_email("Vous êtes invité à rejoindre une équipe")

    send(page, "Des personnes", path)
    waits_for(page, "déjà enregistré", scripts=with_scripts)
    page.get_by_role("button", name="Abandonner cet import").click()
    expect(page.get_by_text("L’import est abandonné")).to_be_visible()


def test_a_workbook_is_refused_with_what_to_do_and_the_choice_stays(
    log_in_again: Arrive, with_scripts: bool, tmp_path: Path
) -> None:
    path = tmp_path / "équipes.xlsx"
    path.write_bytes(b"PK\x03\x04 not a CSV")
    page = log_in_again("admin", javascript=with_scripts).page

    send(page, "Des équipes", path)

    expect(page.get_by_role("alert")).to_contain_text("CSV UTF-8 (délimité par des points-virgules)")
    expect(page.get_by_role("radio", name="Des équipes")).to_be_checked()
