"""An optional password: asked on its own page, refused alike, forgotten without harm, never shown again."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.browser import BASE, Browser, Page, extract_path
from db.tables.people import Person

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
ADDRESS, PASSWORD, OTHER = "agent.lot@exemple.fr", "tramway violet sous la pluie", "k7Rv-q2Lm-9xTe"


async def choose(browser: Browser, new: str = PASSWORD, *, again: str = "", present: str | None = None) -> Page:
    page = await browser.get("/profil/mot-de-passe")
    typed = {"mot-de-passe": new, "mot-de-passe-encore": again or new, "mot-de-passe-actuel": present}
    return await browser.press(page, "Enregistrer ce mot de passe", **typed)


async def log_in(browser: Browser, password: str = PASSWORD, address: str = ADDRESS, **typed: str) -> Page:
    page = await browser.get("/login/mot-de-passe")
    return await browser.press(page, "Se connecter", adresse=address, **{"mot-de-passe": password}, **typed)


async def test_a_person_chooses_one_and_comes_in_with_it_where_they_were_going(
    cast: Cast, sign_in: SignIn, anonymous_browser: Browser
) -> None:
    page = await choose(await sign_in(cast.agent_lot))
    assert page.h1 == "Mon profil" and "Votre mot de passe est enregistré" in page.text

    page = await anonymous_browser.get("/profil")
    page = await anonymous_browser.get(page.link("Utiliser mon mot de passe"))
    typed = {"mot-de-passe": PASSWORD}
    page = await anonymous_browser.press(page, "Se connecter", adresse=ADDRESS, **typed)

    assert page.h1 == "Mon profil" and "Carmen Vidal" in page.text


async def test_unknown_deactivated_without_and_wrong_get_the_same_page(
    cast: Cast, sign_in: SignIn, anonymous_browser: Browser
) -> None:
    await choose(await sign_in(cast.agent_lot))
    await Person.update({Person.active: False}).where(Person.id == cast.expert.id)

    answers = set()
    for address in (ADDRESS, "agent.cher@exemple.fr", cast.expert.address, "nobody@exemple.fr"):
        page = await log_in(anonymous_browser, OTHER, address, rester="oui")
        assert page.status == 422 and "ne vont pas ensemble" in page.text
        assert page.control("Adresse mail professionnelle")["value"] == address
        assert page.control("Rester connecté").has_attr("checked")
        assert not page.control("Mot de passe")["value"] and SESSION_COOKIE not in anonymous_browser.http.cookies
        hidden = re.sub(r'name="jeton" value="[^"]+"', "", page.response.text)
        answers.add(hidden.replace(address, ""))
    assert len(answers) == 1


async def test_past_ten_tries_the_page_says_when_and_a_link_still_works(cast: Cast, anonymous_browser: Browser) -> None:
    for _ in range(10):
        assert (await log_in(anonymous_browser, OTHER)).status == 422

    page = await log_in(anonymous_browser, OTHER)

    assert page.status == 429 and "Réessayez à partir de 10 h 15 (dans 15 minutes)." in page.text
    assert page.control("Adresse mail professionnelle")["value"] == ADDRESS
    page = await anonymous_browser.get("/login")
    page = await anonymous_browser.press(page, "Recevoir mon lien de connexion", adresse=ADDRESS)
    assert page.h1 == "Consultez votre messagerie"


async def test_a_forgotten_one_is_replaced_by_a_link_and_the_old_sessions_end(
    cast: Cast, sign_in: SignIn, anonymous_browser: Browser, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    before = await sign_in(cast.agent_lot)
    await choose(before)

    page = await anonymous_browser.get("/login/mot-de-passe/oubli")
    page = await anonymous_browser.press(page, "Recevoir un lien pour choisir un mot de passe", adresse=ADDRESS)
    assert page.h1 == "Consultez votre messagerie"
    await email_worker.deliver_due()
    letter = next(one for one in await email_folder.read() if one.subject == "Votre lien de connexion")
    found = re.search(r"https?://\S+", letter.text)
    assert found
    page = await anonymous_browser.press(await anonymous_browser.get(extract_path(found[0])), "Me connecter")
    assert page.h1 == "Mon mot de passe"
    assert "Mot de passe actuel" not in page.text
    typed = {"mot-de-passe": OTHER, "mot-de-passe-encore": OTHER}
    page = await anonymous_browser.press(page, "Enregistrer ce mot de passe", **typed)

    assert page.h1 == "Mon profil"
    assert (await before.get("/demandes")).h1 == "Se connecter"
    assert (await log_in(before)).status == 422
    assert (await log_in(before, OTHER)).h1 == "Mes demandes"


async def test_to_change_it_one_says_the_present_one(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    await choose(browser)

    page = await choose(browser, OTHER, present="un autre mot de passe")
    assert page.status == 422 and "Ce n’est pas votre mot de passe actuel" in page.text
    assert (await choose(browser, OTHER, present=PASSWORD)).h1 == "Mon profil"


@pytest.mark.parametrize("typed", ["trop court", "Motdepasse2024!", "x" * 129, "\0" * 12, "x" * 20_000])
async def test_a_poor_choice_is_explained_and_never_written_back(cast: Cast, sign_in: SignIn, typed: str) -> None:
    page = await choose(await sign_in(cast.agent_lot), typed)

    assert page.status == 422 and page.h1 == "Mon mot de passe" and page.soup.find(id="erreurs")
    assert not page.control("Nouveau mot de passe")["value"]


async def test_it_is_removed_in_one_click(cast: Cast, sign_in: SignIn, anonymous_browser: Browser) -> None:
    browser = await sign_in(cast.agent_lot)
    await choose(browser)

    page = await browser.press(await browser.get("/profil/mot-de-passe"), "Supprimer mon mot de passe")

    assert "Votre mot de passe est supprimé" in page.text
    assert (await log_in(anonymous_browser)).status == 422


async def test_rester_connecte_holds_for_thirty_days(
    cast: Cast, sign_in: SignIn, anonymous_browser: Browser, clock: Clock
) -> None:
    await choose(await sign_in(cast.agent_lot))
    await log_in(anonymous_browser, rester="oui")
    clock.advance(days=29)

    assert (await anonymous_browser.get("/demandes")).h1 == "Mes demandes"


async def test_a_session_that_ended_meanwhile_writes_no_password_into_a_page(
    cast: Cast, sign_in: SignIn, application: Litestar
) -> None:
    page = await (await sign_in(cast.agent_lot)).get("/profil/mot-de-passe")
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    typed = {"jeton": str(token), "mot-de-passe": PASSWORD, "mot-de-passe-encore": PASSWORD}

    async with Browser(application) as signed_out:
        answer = await signed_out.http.post("/profil/mot-de-passe", data=typed, headers={"origin": BASE})
        again = await signed_out.http.post(
            "/login/mot-de-passe", data={"adresse": ADDRESS, **typed}, headers={"origin": BASE}
        )

    assert (answer.status_code, again.status_code) == (401, 403)
    assert PASSWORD not in answer.text + again.text and ADDRESS in again.text


@pytest.mark.parametrize("path", ["/login/mot-de-passe", "/login/mot-de-passe/oubli"])
async def test_who_is_in_already_is_led_on(cast: Cast, sign_in: SignIn, path: str) -> None:
    page = await (await sign_in(cast.agent_lot)).get(path)

    assert page.h1 in {"Mes demandes", "Mon mot de passe"}
