"""« Réunir à un autre compte »: the preview, the question, the emails and the page that stays behind."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser, extract_path

if TYPE_CHECKING:
    from app.cast import Cast
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_an_admin_joins_two_accounts_that_the_person_confirms(
    cast: Cast,
    sign_in: SignIn,
    anonymous_browser: Browser,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
) -> None:
    ends, stays = cast.referent_msa_lot, cast.referent_caf_lot
    admin = await sign_in(cast.admin)
    page = await admin.get((await admin.get(f"/personnes/{ends.id}")).link("Réunir à un autre compte"))
    assert page.h1 == f"Réunir le compte de {ends.full_name} à un autre" and not page.has_button("Demander la réunion")
    unknown = await admin.press(page, "Voir ce qui va se passer", avec="inconnue@exemple.fr")
    assert unknown.status == 422 and "Aucun compte n’est à cette adresse" in unknown.text
    page = await admin.press(page, "Voir ce qui va se passer", avec=stays.address)
    assert "Ce qui va se passer" in page.text and "MSA du Lot" in page.text and "CAF du Lot" in page.text
    page = await admin.press(page, "Demander la réunion")
    assert page.status == 422 and "Dites comment vous savez" in page.text
    page = await admin.press(page, "Demander la réunion", preuve="called")
    assert "La réunion est demandée" in page.text

    await email_worker.deliver_due()
    link = re.search(r"https?://\S+/adresses/\S+", (await email_folder.read(stays.address))[0].text)
    assert link
    page = await anonymous_browser.get(extract_path(link[0]))
    assert page.h1 == "Confirmer la réunion de deux comptes" and ends.address not in page.text
    page = await anonymous_browser.press(page, "Confirmer la réunion")
    assert page.h1 == "Les deux comptes sont réunis"

    page = await admin.get(f"/personnes/{ends.id}")
    assert page.h1 == stays.full_name and "Compte réuni à un autre" in page.text
    assert not page.has_button("Réactiver le compte")
    assert (await admin.get(page.link("son autre compte"))).h1 == stays.full_name
