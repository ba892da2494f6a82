"""« Changer mon adresse », and the address of another person: pages and emails, without scripts."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from app.domain.account_keeping.account_join import JoinCheck, ask_join, preview_join
from app.domain.account_keeping.address_change import ask_person_address
from app.domain.accounts.actor import Actor
from app.domain.authentication.address_link import ConfirmingMailbox
from app.settings import settings
from app.tests.support.address_changes import link_of
from app.tests.support.browser import Browser, extract_path
from db.tables.people import Person

if TYPE_CHECKING:
    from app.cast import Cast
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
ADDRESS = "julien.neuf@exemple.fr"


async def read_link(folder: FolderTransport, address: str) -> str:
    found = re.search(r"https?://\S+/adresses/\S+", (await folder.read(address))[0].text)
    assert found
    return extract_path(found[0])


async def test_a_person_changes_their_own_address_from_both_mailboxes(
    cast: Cast,
    sign_in: SignIn,
    anonymous_browser: Browser,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
) -> None:
    julien = await sign_in(cast.referent_caf_lot)
    page = await julien.get((await julien.get("/profil")).link("Changer mon adresse"))
    assert page.h1 == "Changer mon adresse"
    page = await julien.press(page, "Recevoir les deux mails", adresse="sans arobase")
    assert page.status == 422
    page = await julien.press(page, "Recevoir les deux mails", adresse=ADDRESS)
    assert "Un mail est parti dans chacune de vos deux boîtes" in page.text
    assert f"passe à l’adresse {ADDRESS}" in page.text and page.has_button("Annuler ce changement")

    await email_worker.deliver_due()
    page = await anonymous_browser.get(await read_link(email_folder, ADDRESS))
    assert page.h1 == "Confirmer une nouvelle adresse" and cast.referent_caf_lot.address not in page.text
    assert page.response.headers["referrer-policy"] == "strict-origin"
    page = await anonymous_browser.press(page, "Confirmer cette adresse")
    assert page.h1 == "Cette boîte a confirmé"
    assert "il manque l’ancienne" in (await julien.get("/profil")).text
    page = await julien.get(await read_link(email_folder, cast.referent_caf_lot.address))
    page = await julien.press(page, "Confirmer cette adresse")

    assert page.h1 == "L’adresse est changée" and ADDRESS in page.text
    assert (await julien.get("/profil")).path.startswith("/login"), "the session has ended"


async def test_asking_needs_a_login_of_less_than_ten_minutes_and_cancelling_does_not(
    cast: Cast, sign_in: SignIn, clock: Clock
) -> None:
    julien, manager = await sign_in(cast.referent_caf_lot), await sign_in(cast.manager_caf_lot)
    person = f"/personnes/{cast.referent_caf_lot.id}"
    page = await manager.get((await manager.get(person)).link("Changer son adresse"))
    assert page.h1 == "Changer l’adresse de Julien Delmas"
    page = await manager.press(page, "Envoyer les mails", adresse=ADDRESS)
    assert "Un mail est parti à la nouvelle adresse" in page.text
    assert ADDRESS in (await manager.get(f"{person}/adresse")).text
    clock.advance(minutes=11)
    for browser, path in ((julien, "/profil/adresse"), (manager, f"{person}/adresse")):
        assert (await browser.get(path)).path.startswith("/profil/confirmation")

    page = await julien.press(await julien.get("/profil"), "Annuler ce changement")

    assert "Le changement d’adresse est annulé" in page.text and page.link("Changer mon adresse")


async def test_a_link_that_is_not_one_says_so_in_words(anonymous_browser: Browser) -> None:
    page = await anonymous_browser.get("/adresses/inconnue")
    assert (page.status, page.h1) == (410, "Ce lien n’est pas reconnu")
    assert page.link(f"Ouvrir {settings.brand}") == "/"


async def test_a_link_that_changes_nothing_any_more_says_why_and_leads_on(
    cast: Cast, anonymous_browser: Browser, clock: Clock
) -> None:
    """Of a change, then of a join: of each, what makes it lapse, then its end."""
    julien, paul = cast.referent_caf_lot, cast.referent_msa_lot
    await ask_person_address(cast.manager_caf_lot, julien.id, ADDRESS, clock.now)
    shown = await preview_join(cast.admin, paul.id, julien.address)
    await ask_join(cast.admin, paul.id, julien.address, JoinCheck.SEEN, shown.preview_version, clock.now)
    change, join = [f"/adresses/{await link_of(ConfirmingMailbox.NEW, one)}" for one in (julien, paul)]
    assert "avec ce qui s’y ajoute jusque-là" in (await anonymous_browser.get(join)).text
    await Person.update({Person.active: False}).where(Person.id == julien.id)
    for path, h1, said in (
        (change, "Ce changement ne vaut plus", "ne tient plus ce compte"),
        (join, "Cette réunion ne vaut plus", "L’un des deux comptes a changé depuis"),
    ):
        page = await anonymous_browser.get(path)
        assert (
            (page.status, page.h1) == (410, h1) and said in page.text and page.link(f"Ouvrir {settings.brand}") == "/"
        )
    clock.advance(days=8)
    for path, said in ((change, "Demandez de nouveau le changement"), (join, "L’administration peut demander")):
        page = await anonymous_browser.get(path)
        assert page.h1 == "Ce lien n’est plus valable" and said in page.text
        assert page.link(f"Ouvrir {settings.brand}") == "/"


async def test_a_manager_corrects_the_name_of_a_member(cast: Cast, sign_in: SignIn) -> None:
    manager = await sign_in(cast.manager_caf_lot)
    page = await manager.get((await manager.get(f"/personnes/{cast.referent_caf_lot.id}")).link("Corriger sa fiche"))
    assert (await manager.press(page, "Enregistrer la fiche", nom="")).status == 422

    page = await manager.press(page, "Enregistrer la fiche", nom="Delmas-Roux")

    assert page.h1 == "Julien Delmas-Roux" and "la personne est prévenue" in page.text
