"""After the first login an account opens only to the identity that logged in, not to an address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.login_rate_limit import PER_ACCOUNT, Attempt, count_attempt
from app.domain.authentication.oidc import Claims, LoginRefusal, begin_provider_login, log_in_with_provider
from app.domain.authentication.result import LoginResult, Visitor
from app.domain.errors import Conflict, TooManyRequests
from app.gateways.proconnect import ProConnect
from app.routes.login.test_proconnect import come_in
from app.routes.middleware.authentication import SESSION_COOKIE
from app.settings import ProConnectSettings as Chosen
from app.tests.support.authentication_fixtures import set_up_second_factor
from app.tests.support.browser import BASE, Browser
from app.tests.support.oidc_provider import LocalProvider, run_provider
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.people import Person
from db.tables.proconnect import ProviderIdentity
from db.tables.sessions import Session

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
ANOTHER = "Votre compte est lié à une autre identité"


def identity(
    subject: str, address: str = "agent.lot@exemple.fr", *, verified: bool = True, issuer: str = "i"
) -> Claims:
    return Claims(issuer, address, verified, frozenset(), "", logout_hint="", subject=subject)


async def enter(said: Claims, now: datetime) -> LoginResult | LoginRefusal:
    return await log_in_with_provider(said, Visitor(browser="b", network="n", browser_label="t"), next_path="", now=now)


@pytest.fixture
async def provider(application: Litestar, clock: Clock) -> AsyncIterator[LocalProvider]:
    clock.now = datetime.now(UTC)
    with run_provider() as running:
        application.state["provider"] = ProConnect(Chosen(running.issuer, "us", "secret"), BASE)
        running.register_person("carmen", email="agent.lot@exemple.fr", email_verified=True)
        yield running


async def test_the_address_of_a_bound_account_opens_it_to_no_other_until_an_admin_unbinds_it(
    application: Litestar, provider: LocalProvider, cast: Cast, sign_in: SignIn
) -> None:
    async def entering(sub: str) -> str:
        async with Browser(application) as browser:
            return (await come_in(browser, provider, sub)).h1

    assert await entering("carmen") == "Mes demandes"
    provider.register_person("successeur", email="agent.lot@exemple.fr", email_verified=True)
    assert await entering("successeur") == ANOTHER
    provider.register_person("carmen", email="carmen.mariee@exemple.fr", email_verified=True)
    assert await entering("carmen") == "Mes demandes", "her address has changed there, she has not"

    admin = await sign_in(cast.admin)
    page = await admin.get(f"/personnes/{cast.agent_lot.id}")
    page = await admin.press(await admin.get(page.link("Délier de ProConnect")), "Délier de ProConnect")
    assert (
        page.h1 == "Carmen Vidal"
        and "la personne en est prévenue" in page.text
        and "ProConnect depuis" not in page.text
    )
    assert await Session.count().where(Session.person == cast.agent_lot.id) == 0
    assert await Email.exists().where(Email.kind == "provider_off", Email.person == cast.agent_lot.id)
    assert await AuditEntry.exists().where(
        AuditEntry.action == "proconnect.unbound",
        AuditEntry.person_id == cast.admin.id,
        AuditEntry.target_person_id == cast.agent_lot.id,
    )
    assert await entering("successeur") == "Mes demandes", "the next to bring the address is bound"
    assert await entering("carmen") == "Aucun compte n’a votre adresse"


async def test_an_identity_opens_one_account_and_its_address_decides_nothing_more(cast: Cast, now: datetime) -> None:
    assert isinstance(await enter(identity("1"), now), LoginResult)

    taken = await enter(identity("1", "admin@exemple.fr"), now)
    unproved = await enter(identity("1", "", verified=False), now)

    assert isinstance(taken, LoginResult) and isinstance(unproved, LoginResult)
    assert await Session.count().where(Session.person == cast.agent_lot.id) == 3 == await Session.count()
    assert await enter(identity("1", issuer="elsewhere"), now) == LoginRefusal.BOUND_ELSEWHERE, (
        "the same number of another issuer"
    )
    assert await Email.count().where(Email.kind == "provider_on") == await ProviderIdentity.count() == 1
    await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)
    assert await enter(identity("1"), now) == LoginRefusal.DEACTIVATED


async def test_two_identities_at_once_bind_one(cast: Cast, now: datetime) -> None:
    done = await asyncio.gather(*(enter(identity(str(one)), now) for one in range(4)), return_exceptions=True)

    assert sum(isinstance(entry, LoginResult) for entry in done) == 1, done
    assert all(isinstance(entry, LoginResult | Conflict) or entry == LoginRefusal.BOUND_ELSEWHERE for entry in done), (
        done
    )
    assert await ProviderIdentity.count() == await Session.count() == 1


async def test_an_account_with_a_second_factor_is_bound_once_its_code_is_given(
    application: Litestar, provider: LocalProvider, cast: Cast, clock: Clock
) -> None:
    phone = await set_up_second_factor(cast.agent_lot, clock.now)
    async with Browser(application) as browser:
        page = await come_in(browser, provider, "carmen")
        assert await ProviderIdentity.count() == 0, "an address alone binds nothing"

        page = await browser.press(page, "Me connecter", code=phone.current_code(clock.now))

        assert page.h1 == "Mes demandes" and browser.http.cookies[SESSION_COOKIE]
        assert await ProviderIdentity.count().where(ProviderIdentity.person == cast.agent_lot.id) == 1


async def test_no_identity_can_be_read_in_the_database(cast: Cast, now: datetime) -> None:
    await enter(identity("a-very-own-number"), now)
    assert "a-very-own-number" not in str(await ProviderIdentity.select())


async def test_no_limit_of_links_or_passwords_and_no_network_keeps_a_known_person_from_it(
    application: Litestar, provider: LocalProvider, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = cast.agent_lot.address
    async with Browser(application) as browser:
        for attempt in (Attempt.LINK, Attempt.PASSWORD, Attempt.CODE, Attempt.SECOND_FACTOR):
            for account in (address, str(cast.agent_lot.id)):
                for _ in range(PER_ACCOUNT[attempt]):
                    await count_attempt(attempt, account=account, network="127.0.0.1", now=clock.now)
        page = await come_in(browser, provider, "carmen")
        assert page.h1 == "Mes demandes"
        await browser.press(await browser.get("/profil"), "Se déconnecter")

        monkeypatch.setattr("app.domain.authentication.login_rate_limit.PER_NETWORK", 1)
        async with Browser(application) as stranger:
            page = await stranger.press(await stranger.get("/login"), "Se connecter avec ProConnect")
            assert page.status == 429
        assert (await come_in(browser, provider, "carmen")).h1 == "Mes demandes", "a familiar browser"


async def test_a_familiar_browser_leaves_twenty_times_under_any_name(cast: Cast, now: datetime) -> None:
    entry = await enter(identity("1"), now)
    assert isinstance(entry, LoginResult)

    async def leave(browser: str, familiar: str) -> None:
        visitor = Visitor(browser, "203.0.113.7", "t", known_browser_cookie=familiar)
        await begin_provider_login(visitor, next_path="", now=now)

    for turn in range(PER_ACCOUNT[Attempt.PROVIDER]):
        await leave(f"b{turn}", entry.known_browser_cookie)
    with pytest.raises(TooManyRequests):
        await leave("another", entry.known_browser_cookie)
    await leave("another", "0123456789abcdef.forged")
