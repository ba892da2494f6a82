"""After a link or a password, a page asks for the code: nothing opens before it, and it works without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.authentication.password import set_password
from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.authentication_fixtures import Phone, open_session, set_up_second_factor
from app.tests.support.browser import BASE, Page
from app.tests.support.login_fixtures import LoginByLink

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

H1, PASSWORD = "Encore un code pour vous connecter", "tramway violet sous la pluie"


@pytest.fixture
async def phone(cast: Cast, clock: Clock) -> Phone:
    return await set_up_second_factor(cast.agent_lot, clock.now)


async def by_link(desk: LoginByLink, path: str = "/login") -> Page:
    await desk.ask_for_link(path=path)
    return await desk.browser.press(await desk.browser.get(await desk.read_link()), "Me connecter")


async def test_the_link_then_the_code_lead_where_one_was_going(
    login_by_link: LoginByLink, phone: Phone, clock: Clock
) -> None:
    page = await by_link(login_by_link, "/profil")
    assert page.h1 == H1 and SESSION_COOKIE not in login_by_link.browser.http.cookies
    field = page.control("Code de votre application")
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
    assert (await login_by_link.browser.get("/demandes")).h1 == "Se connecter", "nothing is open yet"

    page = await login_by_link.browser.get("/login/verification")
    page = await login_by_link.browser.press(page, "Me connecter", code=phone.current_code(clock.now))

    assert (
        page.h1 == "Mon profil" and "Carmen Vidal" in page.text and SESSION_COOKIE in login_by_link.browser.http.cookies
    )
    assert (await login_by_link.browser.get("/login/verification")).h1 == "Mes demandes"


async def test_the_password_then_the_code(login_by_link: LoginByLink, cast: Cast, clock: Clock) -> None:
    session = await open_session(cast.agent_lot, clock.now)
    chosen = {"current": "", "new": PASSWORD, "confirmation": PASSWORD, "network": ""}
    await set_password(cast.agent_lot, session, now=clock.now, **chosen)
    phone = await set_up_second_factor(cast.agent_lot, clock.now)
    page = await login_by_link.browser.get("/login/mot-de-passe?next=/profil")
    typed = {"adresse": cast.agent_lot.address, "mot-de-passe": PASSWORD}
    page = await login_by_link.browser.press(page, "Se connecter", **typed)
    assert page.h1 == H1 and SESSION_COOKIE not in login_by_link.browser.http.cookies

    page = await login_by_link.browser.press(page, "Me connecter", code=phone.current_code(clock.now))

    assert page.h1 == "Mon profil"


async def test_a_wrong_code_is_explained_and_the_fifth_begins_again(
    login_by_link: LoginByLink, phone: Phone, clock: Clock
) -> None:
    page = await by_link(login_by_link)
    for _ in range(4):
        page = await login_by_link.browser.press(page, "Me connecter", code=phone.wrong_code(clock.now))
        assert page.status == 422 and page.h1 == H1 and "Ce code n’est pas le bon" in page.text

    page = await login_by_link.browser.press(page, "Me connecter", code=phone.wrong_code(clock.now))

    assert page.h1 == "Recommencez votre connexion"
    page = await login_by_link.browser.get("/login/verification")
    assert page.status == 410 and page.h1 == "Recommencez votre connexion" and page.link("Me connecter") == "/login"


async def test_a_recovery_code_opens_and_says_that_it_has_served(login_by_link: LoginByLink, phone: Phone) -> None:
    page = await by_link(login_by_link)
    typed = {"code-de-secours": "abcd-efgh-jkmn"}
    page = await login_by_link.browser.press(page, "Utiliser ce code de secours", **typed)
    assert page.status == 422 and "Ce code de secours n’est pas reconnu" in page.text

    typed = {"code-de-secours": phone.recovery_codes[0]}
    page = await login_by_link.browser.press(page, "Utiliser ce code de secours", **typed)

    assert page.h1 == "Mes demandes" and "Ce code de secours ne servira plus" in page.text
    assert "Il vous reste 7 codes de secours" in (await login_by_link.browser.get("/profil")).text


async def test_past_ten_guesses_the_page_says_when(login_by_link: LoginByLink, phone: Phone, clock: Clock) -> None:
    for _ in range(2):
        page = await by_link(login_by_link)
        for _ in range(5):
            page = await login_by_link.browser.press(page, "Me connecter", code=phone.wrong_code(clock.now))
    page = await by_link(login_by_link)

    page = await login_by_link.browser.press(page, "Me connecter", code=phone.current_code(clock.now))

    assert page.status == 429 and page.h1 == H1 and "Réessayez à partir de 10 h 15" in page.text


async def test_who_has_only_the_first_factor_gets_nowhere(
    login_by_link: LoginByLink, phone: Phone, clock: Clock
) -> None:
    """No browser, a wrong token, no session: each is answered as anywhere else."""
    page = await by_link(login_by_link)
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    code = phone.current_code(clock.now)
    login_by_link.browser.http.cookies.clear()

    answer = await login_by_link.browser.http.post(
        "/login/verification", data={"jeton": token, "code": code}, headers={"origin": BASE}
    )

    assert answer.status_code == 403 and SESSION_COOKIE not in login_by_link.browser.http.cookies
    page = await login_by_link.browser.get("/login/verification")
    assert page.status == 410


async def test_ten_minutes_later_it_begins_again(login_by_link: LoginByLink, phone: Phone, clock: Clock) -> None:
    page = await by_link(login_by_link)
    clock.advance(minutes=10)

    page = await login_by_link.browser.press(page, "Me connecter", code=phone.current_code(clock.now + timedelta(0)))

    assert page.status == 410 and page.h1 == "Recommencez votre connexion"
