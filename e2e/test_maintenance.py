"""Banner and maintenance, on their own server: text typed meanwhile is sent afterwards, scripts or not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.people import Person, press
from e2e.server import Server, run_server

Arrive = Callable[..., Person]


@pytest.fixture(scope="module")
def maintenance_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("maintenance")) as running:
        yield running


def set_maintenance(page: Page, button: str, told: str) -> None:
    page.goto("/administration/maintenance")
    pressed = page.get_by_role("button", name=button)
    expect(pressed).to_have_css("animation-name", "press-guard")  # a page opened by its address, scripts or not
    pressed.click()
    expect(page.get_by_text(told)).to_be_visible()


def test_the_banner_is_on_every_page(log_in_by_email: Arrive, maintenance_server: Server, with_scripts: bool) -> None:
    admin = log_in_by_email("admin", javascript=with_scripts, url=maintenance_server.url).page
    admin.goto("/administration")
    admin.get_by_role("link", name="Bandeau et maintenance").click()
    press(admin, "Afficher ce bandeau")
    expect(admin.get_by_role("alert")).to_contain_text("Écrivez le message")
    admin.get_by_role("textbox", name="Message").fill("Maintenance ce soir à 20 h")
    admin.get_by_role("radio", name="Important").check()
    admin.get_by_role("button", name="Afficher ce bandeau").click()
    expect(admin.get_by_role("region", name="Annonce")).to_contain_text("Important : Maintenance ce soir à 20 h")

    admin.goto("/aide")
    expect(admin.get_by_role("region", name="Annonce")).to_be_visible()
    admin.emulate_media(media="print")
    expect(admin.get_by_role("region", name="Annonce")).to_be_hidden()
    admin.emulate_media(media="screen")
    admin.goto("/administration/bandeau")
    admin.get_by_role("button", name="Retirer le bandeau").click()
    expect(admin.get_by_role("region", name="Annonce")).to_have_count(0)


def test_a_message_written_during_maintenance_leaves_after_it(
    log_in_by_email: Arrive, maintenance_server: Server, with_scripts: bool
) -> None:
    admin = log_in_by_email("admin", javascript=with_scripts, url=maintenance_server.url).page
    agent = log_in_by_email("agent.lot", javascript=with_scripts, url=maintenance_server.url)
    agent.send_case(subject=f"Maintenance {with_scripts}")
    page = agent.page
    set_maintenance(admin, "Commencer la maintenance", "Maintenance en cours depuis")

    page.get_by_role("textbox", name="Votre message").fill("Écrit pendant la maintenance")
    page.get_by_role("button", name="Envoyer le message").click()
    if with_scripts:
        expect(page.get_by_text("Non envoyé : une maintenance est en cours")).to_be_visible()
    else:
        expect(page.get_by_role("heading", level=1)).to_have_text("Maintenance en cours")
        expect(page.get_by_role("region", name="Maintenance")).to_be_visible()

    set_maintenance(admin, "Terminer la maintenance", "La maintenance est terminée.")
    page.get_by_role("button", name="Envoyer le message" if with_scripts else "Envoyer de nouveau").click()
    agent.reads("Écrit pendant la maintenance")


def test_a_draft_says_that_it_is_not_saved_and_saves_itself_after(
    log_in_by_email: Arrive, maintenance_server: Server
) -> None:
    admin = log_in_by_email("admin", url=maintenance_server.url).page
    agent = log_in_by_email("agent.lot", url=maintenance_server.url)
    agent.drafts_until_check(last_name="Lecture")
    page = agent.page
    page.get_by_role("link", name="Modifier : Description du blocage").click()
    set_maintenance(admin, "Commencer la maintenance", "Maintenance en cours depuis")

    page.get_by_role("textbox", name="Description du blocage").fill("Saisi pendant la maintenance")
    expect(page.get_by_text("Non enregistré")).to_be_visible()
    page.get_by_role("link", name="Retour").click()
    expect(page.get_by_role("textbox", name="Description du blocage")).to_have_value("Saisi pendant la maintenance")

    set_maintenance(admin, "Terminer la maintenance", "La maintenance est terminée.")
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="Description du blocage")).to_have_value("Saisi pendant la maintenance")
