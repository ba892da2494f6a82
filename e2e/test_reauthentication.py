"""« Confirmez que c’est vous »: ten minutes after a login, in the browser, with each proof and a wrong one."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from e2e.people import Person, press
from e2e.server import Server
from e2e.test_accounts import OTHER, PASSWORD, choose_password, log_in_with, sees_title

Arrive = Callable[..., Person]
CONFIRM, REFUSED = "Confirmez que c’est vous", "Confirmez d’abord que c’est vous"


def change(server: Server, sql: str, *values: str) -> None:
    with closing(sqlite3.connect(server.folder / "aplus.sqlite", timeout=10)) as database, database:
        database.execute(sql, values)


def ten_minutes_pass(server: Server) -> None:
    """Sets the login and the last proof of each session ten minutes back."""
    before = (datetime.now(UTC) - timedelta(minutes=11)).isoformat(" ")
    change(server, "UPDATE session SET created_at = ?, reauthenticated_at = NULL", before)


@pytest.fixture(autouse=True)
def forget_proofs(server: Server) -> None:
    """So that a test that failed half-way may run a second time."""
    change(server, "DELETE FROM second_factor")
    change(server, "UPDATE person SET password_hash = ''")


def confirms_in_a_new_tab(page: Page) -> Page:
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Confirmer dans un nouvel onglet").click()
    sees_title(opened.value, CONFIRM)
    return opened.value


def gives_password(page: Page, password: str) -> None:
    page.get_by_label("Mot de passe actuel").fill(password)
    press(page, "Confirmer")


def test_a_password_is_changed_once_its_person_has_proved_who_they_are(
    log_in_by_email: Arrive, new_page: Callable[..., Page], server: Server, with_scripts: bool
) -> None:
    person = log_in_by_email("referent.pref.lot" if with_scripts else "referent.travail.lot", javascript=with_scripts)
    page = person.page
    page.goto("/profil/mot-de-passe")
    choose_password(page, PASSWORD)
    expect(page.get_by_text("Votre mot de passe est enregistré.")).to_be_visible()
    page.goto("/profil/mot-de-passe")
    sees_title(page, "Mon mot de passe")
    ten_minutes_pass(server)

    choose_password(page, OTHER)
    sees_title(page, REFUSED)
    assert OTHER not in page.content()
    tab = confirms_in_a_new_tab(page)
    gives_password(tab, "pas le bon du tout")
    sees_title(tab, CONFIRM)
    expect(tab.get_by_role("alert")).to_contain_text("Ce n’est pas votre mot de passe actuel")
    gives_password(tab, PASSWORD)
    sees_title(tab, "Mon profil")
    tab.close()

    page.go_back()
    sees_title(page, "Mon mot de passe")
    page.reload()  # its earlier page may ask for the present password, which is proved now
    choose_password(page, OTHER)
    expect(page.get_by_text("Votre mot de passe est enregistré.")).to_be_visible()
    elsewhere = new_page(javascript=with_scripts)
    log_in_with(elsewhere, person.address, OTHER)
    sees_title(elsewhere, "Mes demandes")


def test_what_an_administrator_typed_comes_back_once_a_link_has_proved_it(
    log_in_by_email: Arrive, server: Server
) -> None:
    """Neither a password nor a phone: a new login, in another tab of the same browser."""
    agent, admin = log_in_by_email("agent.lot"), log_in_by_email("admin")
    agent.sets_up_a_second_factor()
    page = admin.page
    page.goto(f"/personnes?q={agent.address}")
    page.locator("main .cases a").first.click()
    page.get_by_role("link", name="Retirer la double authentification").click()
    sees_title(page, "Retirer la double authentification de Carmen Vidal")
    page.get_by_role("radio").first.check()
    ten_minutes_pass(server)

    press(page, "Retirer la double authentification")
    sees_title(page, REFUSED)
    tab = confirms_in_a_new_tab(page)
    before = len(admin.read_emails())
    press(tab, "Recevoir un lien de connexion")
    sees_title(tab, "Consultez votre messagerie")
    tab.goto(admin.find_link(admin.wait_for_email("Votre lien de connexion", after=before)))
    press(tab, "Me connecter")
    sees_title(tab, "Mon profil")

    press(page, "Envoyer de nouveau")
    sees_title(page, "Carmen Vidal")
    expect(page.get_by_text("en est prévenue")).to_be_visible()
