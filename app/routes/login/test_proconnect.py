"""Login by ProConnect against a real provider: only a person with an account enters, and no page is a 500."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.platform.state import begin_maintenance, end_maintenance
from app.gateways.proconnect import ProConnect
from app.routes.middleware.authentication import SESSION_COOKIE
from app.settings import ProConnectSettings as Chosen
from app.tests.support.authentication_fixtures import Phone, set_up_second_factor
from app.tests.support.browser import BASE, Browser, Page, parse_page
from app.tests.support.oidc_provider import LocalProvider, run_provider, sign_claims
from db.tables.audit import AuditEntry
from db.tables.login import PendingLogin
from db.tables.people import Person
from db.tables.proconnect import ProviderLogin
from db.tables.sessions import Session

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

NOWHERE = "http://localhost:1"
BUTTON = "Se connecter avec ProConnect"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalProvider]:
    with run_provider() as running:
        yield running


@pytest.fixture
def provider(server: LocalProvider, clock: Clock) -> LocalProvider:
    """The provider uses the machine’s clock, so the application does too."""
    clock.now = datetime.now(UTC)
    server.lie = None
    server.register_person("carmen", email="Agent.Lot@exemple.fr", email_verified=True)
    return server


@pytest.fixture
def offering(provider: LocalProvider, application: Litestar) -> Litestar:
    return offered_by(provider.issuer, application)


def offered_by(issuer: str, application: Litestar) -> Litestar:
    application.state["provider"] = ProConnect(Chosen(issuer, "us", "secret"), BASE)
    return application


@pytest.fixture
async def browser(offering: Litestar, cast: Cast) -> AsyncIterator[Browser]:
    async with Browser(offering) as opened:
        yield opened


async def leave(browser: Browser, path: str = "/login") -> str:
    """The address that the button leads to, on another site, which the test’s browser does not follow."""
    page = await browser.get(path)
    form = page.form(BUTTON)
    sent = {str(field["name"]): str(field["value"]) for field in form.find_all("input")}
    answer = await browser.http.post(str(form["action"]), data=sent, headers={"origin": BASE}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def come_in(browser: Browser, provider: LocalProvider, sub: str = "carmen", path: str = "/login") -> Page:
    return await browser.get(provider.sign_in(await leave(browser, path), sub))


async def test_who_has_an_account_comes_in_where_they_were_going(
    browser: Browser, provider: LocalProvider, cast: Cast
) -> None:
    page = await come_in(browser, provider, path="/login?next=/profil")

    assert page.h1 == "Mon profil" and "Carmen Vidal" in page.text
    lines = (
        await AuditEntry.select(AuditEntry.action)
        .where(AuditEntry.person_id == cast.agent_lot.id)
        .order_by(AuditEntry.id)
    )
    assert [line["action"] for line in lines][-3:] == ["login.proconnect", "login", "proconnect.bound"]
    session = await Session.select().where(Session.person == cast.agent_lot.id).first()
    assert session and not session["second_factor"] and not session["remember"]


async def test_nothing_in_the_database_opens_or_closes_anything(browser: Browser, provider: LocalProvider) -> None:
    address = await leave(browser)
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert state not in str(await ProviderLogin.select())

    back = provider.sign_in(address, "carmen")
    await browser.get(back)

    assert browser.http.cookies[SESSION_COOKIE] not in str(await Session.select())
    session = await Session.select(Session.logout_hint).first()
    assert session and session["logout_hint"].startswith("v1.") and "eyJ" not in session["logout_hint"]


async def test_leaving_ends_both_sessions(browser: Browser, provider: LocalProvider) -> None:
    page = await come_in(browser, provider)
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]

    answer = await browser.http.post(
        "/deconnexion", data={"jeton": token}, headers={"origin": BASE}, follow_redirects=False
    )

    there = urlsplit(answer.headers["location"])
    assert f"{there.scheme}://{there.netloc}" == provider.issuer and there.path == "/oauth2/end_session"
    asked = parse_qs(there.query)
    assert asked["id_token_hint"][0].count(".") == 2 and asked["post_logout_redirect_uri"] == [f"{BASE}/login"]
    assert await Session.count() == 0 and (await browser.get("/demandes")).h1 == "Se connecter"


@pytest.mark.parametrize(
    ("sub", "claims", "h1", "status"),
    [
        ("personne", {"email": "personne@exemple.fr", "email_verified": True}, "Aucun compte n’a votre adresse", 403),
        ("nadia", {"email": "expert@exemple.fr", "email_verified": True}, "Votre compte est désactivé", 403),
        ("faux", {"email": "admin@exemple.fr", "email_verified": False}, "Votre adresse n’est pas vérifiée", 403),
        ("muet", {"email": "admin@exemple.fr"}, "Votre adresse n’est pas vérifiée", 403),
        ("sans", {"email_verified": True}, "Aucun compte n’a votre adresse", 403),
        ("sosie", {"email": "\u212aevin@exemple.fr", "email_verified": True}, "Aucun compte n’a votre adresse", 403),
        ("étrange", {"email": "a\x00<b>@x", "email_verified": True}, "Aucun compte n’a votre adresse", 403),
    ],
)
async def test_no_other_person_comes_in_and_no_account_is_made(
    browser: Browser, provider: LocalProvider, sub: str, claims: dict[str, object], h1: str, status: int
) -> None:
    await Person.update({Person.active: False}).where(Person.address == "expert@exemple.fr")
    await Person.update({Person.address: "kevin@exemple.fr"}).where(Person.address == "referent.pref.lot@exemple.fr")
    people = await Person.count()
    provider.register_person(sub, **claims)

    page = await come_in(browser, provider, sub)

    assert page.status == status and page.h1.startswith(h1) and SESSION_COOKIE not in browser.http.cookies
    assert await Person.count() == people and await Session.count() == 0
    if h1.startswith("Aucun"):
        assert page.link("Demander un compte") == "/inscription"


async def test_a_way_back_is_good_once(browser: Browser, provider: LocalProvider) -> None:
    back = provider.sign_in(await leave(browser), "carmen")
    assert (await browser.get(back)).h1 == "Mes demandes"

    page = await browser.get(back)

    assert page.status == 410 and page.h1 == "Cette connexion n’attend plus" and await Session.count() == 1


async def test_another_browser_does_not_come_back_with_it(
    browser: Browser, provider: LocalProvider, offering: Litestar
) -> None:
    """Login CSRF: one person’s callback address, given to another."""
    back = provider.sign_in(await leave(browser), "carmen")
    async with Browser(offering) as other:
        await other.get("/login")
        page = await other.get(back)
        assert page.status == 410 and SESSION_COOKIE not in other.http.cookies

    assert (await browser.get(back)).h1 == "Mes demandes", "it was not used up by the other"


@pytest.mark.parametrize("change", ["state=x", "state=", "state=%00", "state=%ED%A0%80", ""])
async def test_another_state_comes_from_nowhere(browser: Browser, provider: LocalProvider, change: str) -> None:
    back = provider.sign_in(await leave(browser), "carmen")

    page = await browser.get(re.sub("state=[^&]*", change, back))

    assert page.status in {400, 410} and SESSION_COOKIE not in browser.http.cookies


async def test_ten_minutes_later_it_begins_again(browser: Browser, provider: LocalProvider, clock: Clock) -> None:
    back = provider.sign_in(await leave(browser), "carmen")
    clock.advance(minutes=10)

    assert (await browser.get(back)).status == 410
    await leave(browser)
    assert await ProviderLogin.count() == 1, "what has ended is swept"


async def test_who_says_no_there_is_told_what_to_do(browser: Browser) -> None:
    state = parse_qs(urlsplit(await leave(browser)).query)["state"][0]

    page = await browser.get(f"/login/proconnect/retour?error=access_denied&state={state}")

    assert page.status == 403 and page.h1 == "ProConnect n’a pas confirmé votre identité"


@pytest.mark.parametrize("code", ["invented", "%00", "x" * 3000])
async def test_an_invented_code_is_not_believed(browser: Browser, code: str) -> None:
    state = parse_qs(urlsplit(await leave(browser)).query)["state"][0]

    page = await browser.get(f"/login/proconnect/retour?code={code}&state={state}")

    assert page.status == 403 and SESSION_COOKIE not in browser.http.cookies


async def test_a_provider_that_lies_lets_no_one_in(
    browser: Browser, provider: LocalProvider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.lie = lambda claims, key: sign_claims(claims | {"aud": "others"}, key)

    page = await come_in(browser, provider)

    assert page.status == 403 and page.h1 == "ProConnect n’a pas pu être vérifié"
    assert SESSION_COOKIE not in browser.http.cookies
    found = [line.getMessage() for line in caplog.records if line.name == "aplus.proconnect"]
    assert found == ["ProConnect: ProviderInvalidError InvalidClaimError"]


async def test_a_provider_that_is_down_is_said_and_the_link_still_works(cast: Cast, application: Litestar) -> None:
    async with Browser(offered_by(NOWHERE, application)) as browser:
        page = await browser.press(await browser.get("/login"), BUTTON)
        assert page.status == 503 and page.h1 == "ProConnect ne répond pas"

        page = await browser.get(page.link("Revenir à la page de connexion"))
        page = await browser.press(page, "Recevoir mon lien de connexion", adresse="agent.lot@exemple.fr")
        assert page.h1 == "Consultez votre messagerie"


async def test_it_goes_down_while_one_is_there(browser: Browser, offering: Litestar, provider: LocalProvider) -> None:
    back = provider.sign_in(await leave(browser), "carmen")
    offered_by(NOWHERE, offering)

    page = await browser.get(back)

    assert page.status == 503 and page.h1 == "ProConnect ne répond pas"


async def test_leaving_works_while_it_is_down(browser: Browser, offering: Litestar, provider: LocalProvider) -> None:
    page = await come_in(browser, provider)
    offered_by(NOWHERE, offering)

    page = await browser.press(page, "Se déconnecter")

    assert page.h1 == "Se connecter" and await Session.count() == 0


@pytest.fixture
async def phone(provider: LocalProvider, cast: Cast, clock: Clock) -> Phone:
    return await set_up_second_factor(cast.agent_lot, clock.now)


async def test_a_second_factor_is_asked_when_the_provider_asked_none(
    browser: Browser, provider: LocalProvider, phone: Phone, clock: Clock
) -> None:
    page = await come_in(browser, provider, path="/login?next=/profil")
    assert page.h1 == "Encore un code pour vous connecter" and SESSION_COOKIE not in browser.http.cookies
    waiting = await PendingLogin.select(PendingLogin.logout_hint).first()
    assert waiting and waiting["logout_hint"].startswith("v1.")

    page = await browser.press(page, "Me connecter", code=phone.current_code(clock.now))
    assert page.h1 == "Mon profil"
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    answer = await browser.http.post(
        "/deconnexion", data={"jeton": token}, headers={"origin": BASE}, follow_redirects=False
    )
    assert "id_token_hint=eyJ" in answer.headers["location"], "it went with the session"


@pytest.mark.parametrize("said", [{"amr": ["pwd", "mfa"]}, {"acr": "eidas2"}, {"acr": "eidas1-mfa"}])
async def test_it_is_not_asked_again_when_the_provider_did(
    browser: Browser, provider: LocalProvider, phone: Phone, said: dict[str, object]
) -> None:
    provider.register_person("carmen", email="agent.lot@exemple.fr", email_verified=True, **said)

    page = await come_in(browser, provider)

    assert page.h1 == "Mes demandes"
    assert await Session.exists().where(Session.second_factor.eq(True), Session.logout_hint != "")


async def test_twenty_departures_then_a_pause(browser: Browser) -> None:
    for _ in range(20):
        await leave(browser)

    page = await browser.press(await browser.get("/login"), BUTTON)

    assert page.status == 429 and "Réessayez à partir de" in page.text


async def test_where_it_is_not_set_nothing_of_it_shows(anonymous_browser: Browser, cast: Cast) -> None:
    page = await anonymous_browser.get("/login")
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    assert "ProConnect" not in page.text

    back = await anonymous_browser.get("/login/proconnect/retour?code=x&state=y")
    out = parse_page(
        await anonymous_browser.http.post("/login/proconnect", data={"jeton": token}, headers={"origin": BASE})
    )

    assert (back.status, out.status) == (404, 404)


async def test_another_sites_form_does_not_begin_it(browser: Browser) -> None:
    page = await browser.get("/login")
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    for sent, headers in (
        ({"jeton": token}, {"origin": "https://evil.example"}),
        ({"jeton": "x" * 32}, {"origin": BASE}),
    ):
        answer = await browser.http.post("/login/proconnect", data=sent, headers=headers, follow_redirects=False)
        assert answer.status_code == 403
    assert await ProviderLogin.count() == 0


async def test_during_maintenance_no_one_comes_in_and_the_way_back_stays_good(
    browser: Browser, provider: LocalProvider, clock: Clock
) -> None:
    back = provider.sign_in(await leave(browser), "carmen")
    await begin_maintenance(None, clock.now)
    assert (await browser.get(back)).status == 503 and SESSION_COOKIE not in browser.http.cookies

    await end_maintenance(None, clock.now)

    assert (await browser.get(back)).h1 == "Mes demandes"
