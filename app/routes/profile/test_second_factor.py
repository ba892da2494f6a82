"""« Double authentification » of one’s own account: a QR code, its key in words, a first code, recovery codes once."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication import second_factor
from app.domain.authentication.sessions import begin_session
from app.domain.authentication.totp import compute_code, compute_step
from app.routes.middleware.authentication import SESSION_COOKIE
from app.settings import settings
from app.tests.support.authentication_fixtures import set_up_second_factor
from app.tests.support.browser import BASE, Browser, Page

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
PATH, SET_UP = "/profil/double-authentification", "Mettre en place la double authentification"


def key_of(page: Page) -> str:
    found = page.soup.find(True, {"class": "code"})
    assert found is not None
    return found.get_text().replace(" ", "")


@pytest.fixture
def for_real(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real installation, where an admin’s second factor is required."""
    monkeypatch.setattr(second_factor, "settings", replace(settings, demo=False))


async def with_session(browser: Browser, actor: Actor, clock: Clock, *, proved: bool) -> Browser:
    token = await begin_session(actor.id, remember=False, browser="tests", now=clock.now, second_factor=proved)
    browser.http.cookies.set(SESSION_COOKIE, token)
    return browser


async def test_a_person_sets_it_up_and_reads_their_recovery_codes_once(
    cast: Cast, sign_in: SignIn, clock: Clock
) -> None:
    browser = await sign_in(cast.agent_lot)
    page = await browser.get((await browser.get("/profil")).link(SET_UP))
    assert page.h1 == "Ma double authentification" and "obligatoire" not in page.text
    picture = page.soup.find("svg")
    assert picture and picture.find_parent(role="img") and "style" not in str(picture)
    field = page.control("Code de votre application")
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")

    key = key_of(page)
    page = await browser.press(page, SET_UP, code="000000")
    assert page.status == 422 and key_of(page) == key, "what was photographed is still good"
    page = await browser.press(page, SET_UP, code=compute_code(key, compute_step(clock.now)))

    assert page.h1 == "Vos codes de secours" and page.response.headers["cache-control"] == "no-store"
    codes = re.findall(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b", page.text)
    assert len(codes) == 8
    page = await browser.get(PATH)
    assert "En place depuis le 23 novembre 2026" in page.text and not any(code in page.text for code in codes)
    assert "Il vous reste 8 codes de secours" in (await browser.get("/profil")).text


async def test_a_form_too_old_or_another_s_is_offered_anew(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    browser = await sign_in(cast.agent_lot)
    other = await (await sign_in(cast.admin)).get(PATH)
    stolen = other.soup.find("input", {"name": "cle"})["value"]  # type: ignore[index]
    for sealed in ("", "v1.local.xxx", "é" * 3000, str(stolen)):
        page = await browser.get(PATH)
        page = await browser.press(page, SET_UP, cle=sealed, code=compute_code(key_of(other), compute_step(clock.now)))
        assert page.status == 422 and "photographiez de nouveau" in page.text and key_of(page) != key_of(other)


async def test_other_codes_and_taking_it_away_ask_for_a_code(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    phone = await set_up_second_factor(cast.agent_lot, clock.now)
    browser = await sign_in(cast.agent_lot)
    page = await browser.get((await browser.get("/profil")).link("Gérer ma double authentification"))
    page = await browser.press(page, "Recevoir d’autres codes de secours", code=phone.wrong_code(clock.now))
    assert page.status == 422 and "Ce code n’est pas le bon" in page.text
    page = await browser.press(page, "Recevoir d’autres codes de secours", code=phone.current_code(clock.now))
    assert page.h1 == "Vos codes de secours" and not any(code in page.text for code in phone.recovery_codes)

    page = await browser.get(PATH)
    typed = {"code-de-retrait": phone.current_code(clock.now)}
    page = await browser.press(page, "Retirer la double authentification", **typed)
    assert page.status == 422, "this code has served"
    assert page.soup.find("a", href="#code-de-retrait")
    clock.advance(seconds=30)
    page = await browser.press(
        page, "Retirer la double authentification", **{"code-de-retrait": phone.current_code(clock.now)}
    )

    assert page.h1 == "Mon profil" and "La double authentification est retirée" in page.text and page.link(SET_UP)


@pytest.mark.usefixtures("for_real")
async def test_an_administrator_is_led_to_it_before_anything_else(
    cast: Cast, anonymous_browser: Browser, clock: Clock
) -> None:
    browser = await with_session(anonymous_browser, cast.admin, clock, proved=False)
    for path in ("/demandes", "/administration", "/profil", "/personnes", "/administration/trace.csv", "/flux"):
        page = await browser.get(path)
        assert page.h1 == "Ma double authentification", path
    page = await browser.get("/administration/catalogue")
    assert "une double authentification est obligatoire" in page.text
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    sent = {"jeton": str(token), "texte": "Une maintenance aura lieu ce soir à vingt heures, pour une heure environ."}
    refused = Page(await browser.http.post("/administration/bandeau", data=sent, headers={"origin": BASE}))
    assert refused.status == 403 and sent["texte"] in refused.text and "double authentification" in refused.h1
    fragment = await browser.http.get("/personnes", headers={"hx-request-type": "partial"})
    assert fragment.status_code == 403

    page = await browser.press(page, SET_UP, code=compute_code(key_of(page), compute_step(clock.now)))
    page = await browser.get(page.link("J’ai rangé mes codes"))

    assert page.h1 == "Catalogue"


@pytest.mark.usefixtures("for_real")
async def test_leaving_help_and_public_pages_stay_open_to_them(
    cast: Cast, anonymous_browser: Browser, clock: Clock
) -> None:
    browser = await with_session(anonymous_browser, cast.admin, clock, proved=False)
    assert (await browser.get("/aide")).h1 == "Aide"
    page = await browser.press(await browser.get("/aide"), "Se déconnecter")
    assert page.h1 == "Se connecter"


@pytest.mark.usefixtures("for_real")
async def test_an_administrator_who_takes_theirs_away_is_led_back_to_it(
    cast: Cast, anonymous_browser: Browser, clock: Clock
) -> None:
    phone = await set_up_second_factor(cast.admin, clock.now)
    browser = await with_session(anonymous_browser, cast.admin, clock, proved=True)
    page = await browser.get(PATH)
    assert "Vous devrez aussitôt en mettre une autre en place" in page.text

    page = await browser.press(
        page, "Retirer la double authentification", **{"code-de-retrait": phone.current_code(clock.now)}
    )

    assert page.h1 == "Ma double authentification" and page.has_button(SET_UP)
    assert (await browser.get("/administration")).h1 == "Ma double authentification"


async def test_in_the_demonstration_it_is_offered_and_the_page_says_so(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    assert (await browser.get("/administration")).h1 == "Administration"
    assert "dans la démonstration, elle est seulement proposée" in (await browser.get(PATH)).text


async def test_an_administrator_takes_it_away_from_the_person_s_page(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    await set_up_second_factor(cast.agent_lot, clock.now)
    lost = await sign_in(cast.agent_lot)
    browser = await sign_in(cast.admin)
    page = await browser.get(f"/personnes/{cast.agent_lot.id}")
    assert "En place depuis le 23 novembre 2026" in page.text

    page = await browser.get(page.link("Retirer la double authentification"))
    page = await browser.press(page, "Retirer la double authentification")
    assert page.status == 422 and page.soup.find("a", href="#verification"), "how it was made sure is asked"
    page = await browser.press(page, "Retirer la double authentification", verification="called")

    assert page.h1 == "Carmen Vidal" and "elle en est prévenue" in page.text
    assert "Double authentification" not in page.text
    assert (await lost.get("/demandes")).h1 == "Se connecter"


async def test_only_who_may_take_it_away_sees_whether_there_is_one(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    for actor in (cast.referent_caf_lot, cast.admin):
        await set_up_second_factor(actor, clock.now)
    for viewer, person in ((cast.manager_caf_lot, cast.referent_caf_lot), (cast.admin, cast.admin)):
        page = await (await sign_in(viewer)).get(f"/personnes/{person.id}")
        assert page.status == 200 and "Double authentification" not in page.text


async def test_a_form_kept_open_too_long_writes_no_recovery_code_into_a_page(
    cast: Cast, sign_in: SignIn, clock: Clock
) -> None:
    phone = await set_up_second_factor(cast.agent_lot, clock.now)
    browser = await sign_in(cast.agent_lot)
    for path, sent in (
        (f"{PATH}/retrait", {"code-de-retrait": phone.recovery_codes[0]}),
        ("/login/verification/secours", {"code-de-secours": phone.recovery_codes[0]}),
    ):
        answer = await browser.http.post(path, data={"jeton": "vieux", **sent}, headers={"origin": BASE})
        assert answer.status_code == 403 and phone.recovery_codes[0] not in answer.text
