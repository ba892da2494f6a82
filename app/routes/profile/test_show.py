"""Each person edits their own profile; a shared account signs each message with its writer’s name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_what_i_change_shows_at_once(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)

    page = await browser.press(
        await browser.get("/profil"), "Enregistrer mon profil", nom="Vidal-Roca", telephone="01 99 00 12 34"
    )

    assert "Votre profil est enregistré." in page.text and "Carmen Vidal-Roca" in page.text
    assert page.control("Téléphone professionnel")["value"] == "01 99 00 12 34"


@pytest.mark.parametrize(
    ("field", "typed", "label"),
    [("prenom", "", "Prénom"), ("telephone", "12", "Téléphone"), ("signature", "x" * 101, "Signature")],
)
async def test_what_is_wrong_is_said_and_kept(cast: Cast, sign_in: SignIn, field: str, typed: str, label: str) -> None:
    browser = await sign_in(cast.agent_lot)

    page = await browser.press(
        await browser.get("/profil"), "Enregistrer mon profil", **{"fonction": "Changée", field: typed}
    )

    assert page.status == 422 and page.control(label)["value"] == typed
    assert page.control("Fonction")["value"] == "Changée"
    assert (await browser.get("/profil")).control("Fonction")["value"] == cast.agent_lot.function


async def test_shortcuts_are_on_until_one_turns_them_off(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    page = await browser.get("/profil")
    assert page.soup.html is not None and page.soup.html.has_attr("data-keys")

    page = await browser.press(page, "Enregistrer ce réglage", raccourcis=None)

    assert "il vaut dès maintenant" in page.text
    assert page.soup.html is not None and not page.soup.html.has_attr("data-keys")
    assert not page.control("Utiliser les raccourcis clavier").has_attr("checked")


async def test_one_closes_ones_other_session_and_no_other(cast: Cast, sign_in: SignIn) -> None:
    mine, other = await sign_in(cast.agent_lot), await sign_in(cast.agent_lot)
    theirs = await sign_in(cast.agent_cher)
    page = await mine.get("/profil")
    closing = [str(form["action"]) for form in page.soup.find_all("form") if "/sessions/" in str(form["action"])]
    assert len(closing) == 2

    token = str((await theirs.get("/profil")).soup.find("input", {"name": "jeton"})["value"])  # type: ignore[index]
    for action in closing:
        assert (await theirs.http.post(action, data={"jeton": token})).status_code == 404
    assert (await other.get("/demandes")).h1 == "Mes demandes"


async def test_a_profile_without_a_password_offers_one(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)

    page = await browser.get((await browser.get("/profil")).link("Choisir un mot de passe"))

    assert page.h1 == "Mon mot de passe"


async def test_one_closes_all_ones_other_sessions_in_one_press(cast: Cast, sign_in: SignIn) -> None:
    alone = await sign_in(cast.agent_cher)
    assert not (await alone.get("/profil")).has_button("Fermer mes autres sessions")
    here, there, elsewhere = [await sign_in(cast.agent_lot) for _ in range(3)]

    page = await here.press(await here.get("/profil"), "Fermer mes autres sessions")

    assert page.h1 == "Mon profil" and "Vos autres sessions sont fermées" in page.text
    assert not page.has_button("Fermer mes autres sessions")
    for closed in (there, elsewhere):
        assert (await closed.get("/demandes")).h1 == "Se connecter"
    assert (await alone.get("/demandes")).h1 == "Mes demandes"
