"""« Renommer un domaine d’adresses »: a preview, then its button, without scripts."""

from collections.abc import Awaitable, Callable

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.address_changes import address_of
from app.tests.support.browser import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_an_admin_sees_each_old_and_new_address_then_renames_them(cast: Cast, sign_in: SignIn) -> None:
    admin = await sign_in(cast.admin)
    page = await admin.get((await admin.get("/administration")).link("Domaine d’adresses"))
    assert page.h1 == "Renommer un domaine d’adresses" and not page.has_button("Renommer ce domaine")
    assert (await admin.press(page, "Voir ce qui changerait", ancien="x", nouveau="y")).status == 422
    page = await admin.press(page, "Voir ce qui changerait", ancien="exemple.fr", nouveau="exemple.org")
    assert f"{cast.agent_lot.address} devient agent.lot@exemple.org" in page.text
    assert "Votre propre compte n’est pas renommé" in page.text
    stale = await admin.press(page, "Renommer ce domaine", apercu="autre")
    assert stale.status == 409 and "Relisez" in stale.text

    page = await admin.press(stale, "Renommer ce domaine")

    assert "Le domaine est renommé" in page.text
    assert await address_of(cast.agent_lot) == "agent.lot@exemple.org"
    assert await address_of(cast.admin) == cast.admin.address
