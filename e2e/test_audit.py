"""An admin searches the audit log and exports it; with scripts and without."""

import csv
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from e2e.people import Person, press

Arrive = Callable[..., Person]


def test_the_trail_says_who_came_in_and_who_took_it_out(
    log_in_by_email: Arrive, with_scripts: bool, tmp_path: Path
) -> None:
    agent = log_in_by_email("collegue.lot", javascript=with_scripts)
    page = log_in_by_email("admin", javascript=with_scripts).page

    page.get_by_role("link", name="Administration", exact=True).click()
    page.get_by_role("link", name="Trace", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trace")
    page.get_by_role("textbox", name="Adresse mail ou numéro de compte").fill("personne@exemple.fr")
    press(page, "Filtrer")
    expect(page.get_by_role("alert")).to_contain_text("Aucun compte n’a cette adresse")
    page.get_by_role("textbox", name="Adresse mail ou numéro de compte").fill(agent.address)
    page.get_by_label("Action").select_option("Connexion")
    page.get_by_role("button", name="Filtrer").click()
    line = page.get_by_role("listitem").filter(has_text="par Bastien Roques").first
    expect(line).to_contain_text("Connexion")
    expect(line).to_contain_text("depuis 127.0.0.0/24, Chrome sous Linux")

    with page.expect_download() as arriving:
        page.get_by_role("link", name="Exporter en CSV").click()
    arriving.value.save_as(tmp_path / "trace.csv")
    with (tmp_path / "trace.csv").open(encoding="utf-8-sig", newline="") as taken:
        rows = list(csv.DictReader(taken, delimiter=";"))
    assert rows and {row["Action"] for row in rows} == {"Connexion"}
    assert all(row["Qui"].startswith("Bastien Roques") for row in rows)

    page.get_by_role("link", name="Tout afficher").click()
    expect(page.get_by_role("listitem").filter(has_text="Trace exportée").first).to_contain_text("par Odile Garnier")
    page.goto(agent.page.url)
    agent.page.goto("/administration/trace")
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")


def test_a_supervisor_sees_figures_and_masked_cases_and_opens_none(log_in_by_email: Arrive, with_scripts: bool) -> None:
    subject = f"Versement perdu {'avec' if with_scripts else 'sans'}"
    address = log_in_by_email("agent.lot", javascript=with_scripts).send_case(subject=subject, last_name="Castelnau")
    page = log_in_by_email("superviseur.lot", javascript=with_scripts).page

    page.get_by_role("link", name="Administration", exact=True).click()
    page.get_by_role("link", name="Demandes", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Demandes")
    expect(page.get_by_role("row").filter(has_text="MSA")).to_be_visible()
    line = page.get_by_role("main").get_by_role("listitem").first
    expect(line).to_contain_text("à CAF, MSA")
    expect(line.get_by_role("img", name="Statut : Nouvelle")).to_be_visible()
    expect(page.get_by_role("main").get_by_text(subject)).to_have_count(0)
    expect(page.get_by_role("main").get_by_text("Castelnau")).to_have_count(0)
    expect(line.get_by_role("link")).to_have_count(0)

    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
