"""The local contact is edited on one page, and shown at the foot of every other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.teams.local_contact import save_contact
from app.domain.teams.teams import add_member, create_team
from app.settings import settings
from app.tests.support.browser import Browser, Page

SignIn = Callable[[Actor], Awaitable[Browser]]
HERE = "/administration/territoires"


def foot(page: Page) -> str:
    footer = page.soup.find("footer")
    assert footer
    return " ".join(footer.get_text(" ").split())


async def test_a_supervisor_sets_it_and_an_agent_reads_it_on_every_page(cast: Cast, sign_in: SignIn) -> None:
    supervisor, agent = await sign_in(cast.supervisor_lot), await sign_in(cast.agent_lot)
    page = await supervisor.get((await supervisor.get("/administration")).link("Territoires"))
    page = await supervisor.get(page.link("46 – Lot"))
    page = await supervisor.press(page, "Enregistrer ce contact", nom="Maud Arnal", adresse="maud@exemple.fr")
    assert page.path == HERE and "Le contact local est enregistré." in page.text and "Maud Arnal" in page.text

    for path in ("/demandes", "/aide", "/conditions", "/profil", "/nulle-part"):
        said = foot(await agent.get(path))
        assert settings.contact_address in said and "Votre contact local (Lot) : Maud Arnal, maud@exemple.fr" in said, (
            path
        )


async def test_public_pages_and_people_without_one_read_it_in_words(
    cast: Cast, anonymous_browser: Browser, sign_in: SignIn
) -> None:
    for browser in (anonymous_browser, await sign_in(cast.agent_cher)):
        for path in ("/aide", "/conditions"):
            said = foot(await browser.get(path))
            assert settings.contact_address in said and "Ou bien votre contact local" in said
            assert "exemple.fr" not in said


async def test_beyond_two_the_foot_leads_to_the_help_page(cast: Cast, sign_in: SignIn, now: datetime) -> None:
    await add_member(cast.referent_caf_cher.id, await create_team("CAF de l’Ouest", "CAF", ["22", "29", "35"]))
    for code in ("22", "29", "35"):
        await save_contact(cast.admin, code, name="", address=f"contact.{code}@exemple.fr", phone="", now=now)
    referent = await sign_in(cast.referent_caf_cher)

    page = await referent.get("/demandes")
    assert page.link("vos contacts locaux") == "/aide#contacts" and "contact.22" not in page.text
    page = await referent.get("/aide")
    assert page.soup.find(id="contacts")
    assert all(page.link(f"contact.{code}@exemple.fr").startswith("mailto:") for code in ("22", "29", "35"))


@pytest.mark.parametrize("address", ["pas une adresse", "x" * 300, "", "nul\0@exemple.fr"])
async def test_what_was_typed_is_shown_again_with_what_to_do(cast: Cast, sign_in: SignIn, address: str) -> None:
    admin = await sign_in(cast.admin)
    page = await admin.press(await admin.get(f"{HERE}/18"), "Enregistrer ce contact", nom="Maud", adresse=address)

    assert page.status == 422 and page.soup.find(id="erreurs")
    assert page.soup.find("a", href="#adresse")
    assert page.control("Nom ou service")["value"] == "Maud"


async def test_what_is_not_one_s_own_does_not_exist(cast: Cast, sign_in: SignIn) -> None:
    supervisor, agent = await sign_in(cast.supervisor_lot), await sign_in(cast.agent_lot)
    strange, absent = await supervisor.get(f"{HERE}/18"), await supervisor.get(f"{HERE}/999")
    assert strange.status == absent.status == 404 and strange.text == absent.text
    for path in (HERE, f"{HERE}/46"):
        assert (await agent.get(path)).status == 404
