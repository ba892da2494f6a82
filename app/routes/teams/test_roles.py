"""The page of a person's roles, and the page that opens an account: what they ask, say, refuse, and send."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, PlatformRole, load_actor
from app.domain.people.platform_account import PlatformPerson, open_platform_account
from app.domain.people.roles import Roles
from db.tables.people import Person

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.browser import Browser
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable["Browser"]]
NOTICE = "Les rôles sont enregistrés : la personne et les autres administrateurs en sont prévenus par mail."


@pytest.fixture
async def second(cast: Cast, clock: Clock) -> Actor:
    """Another administrator, who has done their first visit."""
    newcomer = PlatformPerson("seconde@exemple.fr", "Zoé", "Neuve")
    person = await open_platform_account(cast.admin, newcomer, Roles(PlatformRole.ADMIN), clock.now)
    await Person.update({Person.terms_accepted_at: clock.now}).where(Person.id == person)
    clock.advance(seconds=1)
    found = await load_actor(person)
    assert found is not None
    return found


async def test_an_admin_gives_a_region_and_the_role_of_expert(
    cast: Cast,
    second: Actor,
    clock: Clock,
    sign_in: SignIn,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get(f"/personnes/{cast.agent_lot.id}")
    page = await browser.get(page.link("Donner ou retirer un rôle"))
    assert page.h1 == "Rôles de Carmen Vidal" and page.control("Aucun autre rôle").has_attr("checked")

    page = await browser.press(
        page, "Enregistrer les rôles", expert="oui", role="supervisor", regions=["76"], territoires=["18"]
    )

    assert NOTICE in page.text
    assert "Superviseur et expert de la plateforme : Occitanie ; Cher (18)" in page.text
    await email_worker.deliver_due()
    own, other = await email_folder.read(cast.agent_lot.address), await email_folder.read(second.address)
    (letter,) = [one for one in own if one.subject == "Vos rôles ont changé"]
    assert "Odile Garnier vient de changer vos rôles :" in letter.text
    assert "- Rôle de superviseur donné" in letter.text and "- Rôle d’expert de la plateforme donné" in letter.text
    assert "Superviseur et expert de la plateforme : Occitanie ; Cher (18)." in letter.text.replace("\r\n", " ")
    (notice,) = [one for one in other if one.subject == "Les rôles d’une personne ont changé"]
    assert "Odile Garnier vient de changer les rôles de Carmen Vidal :" in notice.text
    assert f"/personnes/{cast.agent_lot.id}\r\n" in notice.text and "double authentification" not in letter.text
    assert await email_folder.read(cast.admin.address) == []

    page = await browser.get(f"/personnes/{cast.agent_lot.id}/roles")
    assert page.list_ticked("regions") == ["Occitanie"] and page.list_ticked("territoires") == ["18 – Cher"]
    page = await browser.press(page, "Enregistrer les rôles", role="member", expert=None)
    assert "Membre d’équipe" in page.text


async def test_a_future_admin_reads_what_they_need(
    cast: Cast, sign_in: SignIn, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get(f"/personnes/{cast.expert.id}/roles")
    page = await browser.press(page, "Enregistrer les rôles", role="admin")
    await email_worker.deliver_due()
    (letter,) = await email_folder.read(cast.expert.address)
    assert "double authentification" in letter.text


async def test_an_account_is_opened_from_the_list_of_people(
    cast: Cast, sign_in: SignIn, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get((await browser.get("/personnes")).link("Inviter une personne de la plateforme"))
    page = await browser.press(page, "Ouvrir le compte", adresse="neuf@exemple.fr", prenom="Paul")
    assert page.status == 422 and "Choisissez au moins un rôle" in page.text
    assert page.find_value("Prénom") == "Paul"

    page = await browser.press(page, "Ouvrir le compte", expert="oui")

    assert page.h1 == "Paul" and "Expert de la plateforme" in page.text and "Pas encore venu" in page.text
    assert "Le compte est ouvert" in page.text
    await email_worker.deliver_due()
    (letter,) = await email_folder.read("neuf@exemple.fr")
    assert letter.subject == "Un compte vous est ouvert" and "/login\r\n" in letter.text
    assert "Vos rôles : Expert de la plateforme." in letter.text and "Garnier" not in letter.text


async def test_a_refused_form_keeps_what_was_ticked(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get(f"/personnes/{cast.referent_caf_lot.id}/roles")
    page = await browser.press(page, "Enregistrer les rôles", role="admin", expert="oui", territoires=["46"])
    assert page.status == 422 and "Retirez d’abord cette personne, depuis sa fiche, de : CAF du Lot." in page.text
    assert page.list_ticked("role") == ["Administrateur"] and page.list_ticked("expert")
    assert page.list_ticked("territoires") == ["46 – Lot"]


async def test_after_another_admin_s_change_the_page_shows_it(cast: Cast, second: Actor, sign_in: SignIn) -> None:
    browser, other = await sign_in(cast.admin), await sign_in(second)
    path = f"/personnes/{cast.expert.id}/roles"
    mine, theirs = await browser.get(path), await other.get(path)
    await other.press(theirs, "Enregistrer les rôles", role="supervisor", territoires=["46"])

    page = await browser.press(mine, "Enregistrer les rôles", role="admin")

    assert page.status == 409 and "ont changé depuis que cette page est affichée" in page.text
    assert page.list_ticked("role") == ["Superviseur"]
    page = await browser.press(page, "Enregistrer les rôles", role="admin")
    assert NOTICE in page.text


async def test_the_pages_ask_for_a_recent_login_and_are_not_for_oneself(
    cast: Cast, sign_in: SignIn, clock: Clock
) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get(f"/personnes/{cast.admin.id}")
    assert "Donner ou retirer un rôle" not in page.text
    assert (await browser.get(f"/personnes/{cast.admin.id}/roles")).status == 403
    clock.now += timedelta(minutes=11)
    for path in (f"/personnes/{cast.expert.id}/roles", "/personnes/nouvelle"):
        assert (await browser.get(path)).path.startswith("/profil/confirmation")


async def test_a_supervisor_is_offered_none_of_it(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.supervisor_lot)
    assert "Inviter une personne de la plateforme" not in (await browser.get("/personnes")).text
    page = await browser.get(f"/personnes/{cast.agent_lot.id}")
    assert "Donner ou retirer un rôle" not in page.text
    assert (await browser.get(f"/personnes/{cast.agent_lot.id}/roles")).status == 404
