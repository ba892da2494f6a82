"""Help is one click away, logged in or not: both sheets, the mandate, whom to ask."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from e2e.people import Person


def test_before_logging_in(new_page: Callable[..., Page], with_scripts: bool) -> None:
    page = new_page(javascript=with_scripts)
    page.goto("/login")
    page.get_by_role("link", name="Aide").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aide")
    page.get_by_role("link", name="Je suis référent opérateur").click()
    expect(page.get_by_role("heading", name="Référent : pour répondre à une demande")).to_be_in_viewport()
    expect(page.get_by_role("link", name="contact@aplus.beta.gouv.fr").first).to_be_visible()
    expect(page.get_by_text("Ou bien votre contact local.")).to_be_visible()


def test_at_work_with_the_contact_that_a_supervisor_set(
    log_in_again: Callable[..., Person], with_scripts: bool
) -> None:
    supervisor, agent = (
        log_in_again("superviseur.lot", javascript=with_scripts),
        log_in_again("agent.lot", javascript=with_scripts),
    )
    page, address = supervisor.page, f"contact.{'avec' if with_scripts else 'sans'}@exemple.fr"
    page.goto("/administration/territoires")
    page.get_by_role("link", name="46 – Lot").click()
    page.get_by_role("textbox", name="Adresse mail").fill(address)
    page.get_by_role("button", name="Enregistrer ce contact").click()
    expect(page.get_by_text("Le contact local est enregistré.")).to_be_visible()

    page = agent.page
    page.goto("/demandes")
    expect(page.get_by_role("contentinfo").get_by_text("Votre contact local (Lot)")).to_contain_text(address)
    page.get_by_role("navigation").get_by_role("link", name="Aide").click()
    expect(page.get_by_role("main").get_by_role("link", name=address)).to_be_visible()
    with page.expect_download() as arriving:
        page.get_by_role("link", name="mandat vierge").click()
    assert Path(arriving.value.path()).read_bytes().startswith(b"%PDF")
