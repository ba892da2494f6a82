"""An open session left alone cannot change identity settings without a new proof."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication import password_hash
from app.domain.authentication.password_hash import hash_password
from app.domain.authentication.provider_identity import bind_identity
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.sessions import begin_session
from app.domain.authentication.stored_factor import has_second_factor
from app.domain.authentication.totp import compute_code, compute_step
from app.routes import guards
from app.routes.handlers import list_resolved_handlers
from app.routes.middleware.authentication import SESSION_COOKIE
from app.routes.profile.second_factor import PATH as FACTOR
from app.tests.support.authentication_fixtures import Phone, set_up_second_factor
from app.tests.support.browser import BASE, Browser, Page, extract_path
from db.tables.audit import AuditEntry
from db.tables.people import Person
from db.tables.proconnect import ProviderIdentity
from db.tables.rate_limits import RateLimitHit
from db.tables.second_factor import RecoveryCode, SecondFactor
from db.tables.sessions import Session

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
PASSWORD, OTHER = "tramway violet sous la pluie", "k7Rv-q2Lm-9xTe"
CONFIRM = "Confirmez que c’est vous"
ASK_FOR_A_CODE = {f"{FACTOR}/codes", f"{FACTOR}/retrait"}
"""Their own form asks for the proof (test_other_codes_and_taking_it_away_ask_for_a_code)."""
CHANGES_A_PROOF = re.compile(r"/(mot-de-passe|double-authentification|proconnect)(/|$)")


def changing() -> dict[str, bool]:
    """Each address of a logged-in person that changes identity settings -> whether it has the guard."""
    posts = [one for one in list_resolved_handlers() if "POST" in one.http_methods]
    return {
        path: guards.require_recent_login in handler.resolve_guards()
        for handler in posts
        for path in handler.paths
        if path.startswith(("/profil/", "/personnes/")) and CHANGES_A_PROOF.search(path)
    }


def test_every_address_that_changes_a_proof_asks_for_one() -> None:
    found = changing()
    assert len(found) == 7, "say here which are new"
    assert {path for path, guarded in found.items() if not guarded} == ASK_FOR_A_CODE


async def everything() -> list[Any]:
    return [
        await Person.select(Person.id, Person.password_hash).order_by(Person.id),
        await SecondFactor.select(SecondFactor.person, SecondFactor.secret).order_by(SecondFactor.person),
        await RecoveryCode.select(RecoveryCode.code_hash).order_by(RecoveryCode.id),
        await ProviderIdentity.select().order_by(ProviderIdentity.person),
    ]


async def test_ten_minutes_after_the_login_none_of_them_changes_anything(
    application: Litestar, cast: Cast, sign_in: SignIn, clock: Clock
) -> None:
    browser = await sign_in(cast.admin)
    await set_up_second_factor(cast.agent_lot, clock.now)
    await bind_identity(cast.agent_lot.id, "an identity", clock.now)
    token = (await browser.get("/profil")).soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    sent = {"jeton": str(token), "mot-de-passe": OTHER, "mot-de-passe-encore": OTHER, "verification": "seen"}
    before = await everything()
    clock.advance(minutes=10)

    for path, guarded in changing().items():
        there = path.replace("{person_id:int}", str(cast.agent_lot.id))
        page = Page(await browser.http.post(there, data={**sent, "code": "123456"}, headers={"origin": BASE}))
        if guarded:
            assert page.status == 403 and page.h1 == "Confirmez d’abord que c’est vous", path
            assert OTHER not in page.response.text, "a password is never written into a page"
            assert page.link("Confirmer dans un nouvel onglet").startswith("/profil/confirmation")
        else:
            assert page.status in (409, 422), path
    assert await everything() == before

    for path in ("/profil/mot-de-passe", FACTOR, f"/personnes/{cast.agent_lot.id}/double-authentification/retrait"):
        assert (await browser.get(path)).h1 == CONFIRM, path


async def with_password(actor: Actor, now: datetime) -> None:
    known = await hash_password(PASSWORD, account=actor.address, now=now)
    await Person.update({Person.password_hash: known}).where(Person.id == actor.id)


async def test_the_present_password_opens_the_page_and_is_not_asked_twice(
    cast: Cast, sign_in: SignIn, clock: Clock
) -> None:
    await with_password(cast.agent_lot, clock.now)
    browser = await sign_in(cast.agent_lot)
    clock.advance(minutes=10)
    page = await browser.get("/profil/mot-de-passe")
    page = await browser.press(page, "Confirmer", **{"mot-de-passe": "pas le bon du tout"})
    assert page.status == 422 and page.h1 == CONFIRM and page.soup.find("a", href="#mot-de-passe")

    page = await browser.press(page, "Confirmer", **{"mot-de-passe": PASSWORD})
    assert page.h1 == "Mon mot de passe" and "Mot de passe actuel" not in page.text
    page = await browser.press(
        page, "Enregistrer ce mot de passe", **{"mot-de-passe": OTHER, "mot-de-passe-encore": OTHER}
    )

    assert page.h1 == "Mon profil" and "Votre mot de passe est enregistré" in page.text
    assert await AuditEntry.exists().where(
        AuditEntry.action == "proof.given", AuditEntry.person_id == cast.agent_lot.id
    )
    clock.advance(minutes=10)
    assert (await browser.get("/profil/mot-de-passe")).h1 == CONFIRM, "ten minutes later it is asked again"


@pytest.mark.parametrize("remember", [False, True])
async def test_a_proof_gives_the_session_another_secret_and_a_stolen_one_opens_nothing(
    application: Litestar, cast: Cast, clock: Clock, remember: bool
) -> None:
    """ASVS 5.0, 7.2.4. The other sessions stay, and a tab that was open still sends its form."""
    await with_password(cast.agent_lot, clock.now)
    old = await begin_session(cast.agent_lot.id, remember=remember, browser="tests", now=clock.now)
    other = await begin_session(cast.agent_lot.id, remember=False, browser="other", now=clock.now)
    async with Browser(application) as browser:
        browser.http.cookies.set(SESSION_COOKIE, old)
        tab = await browser.get("/profil")
        clock.advance(minutes=10)
        page = await browser.get("/profil/confirmation")
        await browser.press(page, "Confirmer", **{"mot-de-passe": "pas le bon"})
        assert (await load_request_context(old, clock.now)).session, "a wrong one changes nothing"
        token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]
        sent = {"jeton": str(token), "mot-de-passe": PASSWORD}
        answer = await browser.http.post(
            "/profil/confirmation", data=sent, headers={"origin": BASE}, follow_redirects=False
        )

        (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(SESSION_COOKIE)]
        assert ("Max-Age" in cookie) is remember
        new = cookie.partition("=")[2].partition(";")[0]
        assert new != old and (await load_request_context(old, clock.now)).session is None
        session = (await load_request_context(new, clock.now)).session
        assert (
            session
            and session.reauthenticated_at == clock.now
            and (await load_request_context(other, clock.now)).session
        )
        assert (await browser.press(tab, "Enregistrer mon profil")).h1 == "Mon profil"


async def test_with_a_second_factor_its_code_is_asked_and_the_password_is_not_enough(
    cast: Cast, sign_in: SignIn, clock: Clock
) -> None:
    await with_password(cast.agent_lot, clock.now)
    phone: Phone = await set_up_second_factor(cast.agent_lot, clock.now)
    browser = await sign_in(cast.agent_lot)
    clock.advance(minutes=10)
    page = await browser.get("/profil/mot-de-passe")
    assert not page.soup.find("input", {"name": "mot-de-passe"})
    page = await browser.press(page, "Confirmer", code=phone.wrong_code(clock.now), **{"mot-de-passe": PASSWORD})
    assert page.status == 422 and page.h1 == CONFIRM

    page = await browser.press(page, "Confirmer", code=phone.current_code(clock.now))

    assert page.h1 == "Mon mot de passe"


async def test_without_either_a_link_followed_in_this_browser_proves_it(
    cast: Cast, sign_in: SignIn, clock: Clock, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    browser = await sign_in(cast.agent_lot)
    clock.advance(days=2)
    await Session.update({Session.seen_at: clock.now}).where(Session.person == cast.agent_lot.id)
    page = await browser.get(FACTOR)
    assert page.h1 == CONFIRM and not page.has_button("Confirmer")
    page = await browser.press(page, "Recevoir un lien de connexion")
    assert page.h1 == "Consultez votre messagerie"
    await email_worker.deliver_due()
    (letter, *_) = await email_folder.read(cast.agent_lot.address)
    found = re.search(r"http\S+/login/lien/\S+", letter.text)
    assert found

    page = await browser.press(await browser.get(extract_path(found.group())), "Me connecter")

    assert page.h1 == "Ma double authentification"
    key = page.soup.find(True, {"class": "code"})
    assert key
    code = compute_code(key.get_text().replace(" ", ""), compute_step(clock.now))
    page = await browser.press(page, "Mettre en place la double authentification", code=code)
    assert page.h1 == "Vos codes de secours" and await has_second_factor(cast.agent_lot.id)


@pytest.mark.parametrize("field", ["code", "mot-de-passe"])
async def test_guesses_are_counted_as_at_the_login(cast: Cast, sign_in: SignIn, clock: Clock, field: str) -> None:
    await with_password(cast.agent_lot, clock.now)
    if field == "code":
        await set_up_second_factor(cast.agent_lot, clock.now)
    browser = await sign_in(cast.agent_lot)
    clock.advance(minutes=10)
    page = await browser.get("/profil/confirmation")
    for _ in range(10):
        page = await browser.press(page, "Confirmer", **{field: "000000"})
        assert page.status == 422

    page = await browser.press(page, "Confirmer", **{field: "000000"})

    assert page.status == 429 and page.h1 == CONFIRM


async def test_while_the_lanes_are_full_the_page_waits_and_goes_where_it_went(
    cast: Cast, sign_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_password(cast.agent_lot, clock.now)
    browser = await sign_in(cast.agent_lot)
    clock.advance(minutes=10)
    page = await browser.get("/profil/mot-de-passe")
    assert page.h1 == CONFIRM
    monkeypatch.setattr(password_hash, "MAX_QUEUED", 0)
    async with password_hash.known_browser_queue.reserve_slot("other"):
        page = await browser.press(page, "Confirmer", **{"mot-de-passe": PASSWORD})
        assert page.status == 429 and page.h1 == CONFIRM and PASSWORD not in page.response.text
        assert page.response.headers["retry-after"] == "5" and "Réessayez dans quelques secondes" in page.text
        assert await RateLimitHit.count() == 0, "no try was counted"

    page = await browser.press(page, "Confirmer", **{"mot-de-passe": PASSWORD})

    assert page.h1 == "Mon mot de passe"
    async with password_hash.known_browser_queue.reserve_slot("other"):
        page = await browser.press(
            page, "Enregistrer ce mot de passe", **{"mot-de-passe": OTHER, "mot-de-passe-encore": OTHER}
        )
        assert page.status == 429 and page.h1 == "Mon mot de passe" and OTHER not in page.response.text
        assert "Réessayez dans quelques secondes" in page.text
    page = await browser.press(
        page, "Enregistrer ce mot de passe", **{"mot-de-passe": OTHER, "mot-de-passe-encore": OTHER}
    )
    assert page.h1 == "Mon profil"


@pytest.mark.parametrize("proof", ["code", "mot-de-passe", "lien"])
async def test_an_account_closed_meanwhile_proves_nothing(
    cast: Cast, sign_in: SignIn, clock: Clock, email_worker: EmailWorker, email_folder: FolderTransport, proof: str
) -> None:
    phone: Phone | None = None
    if proof == "mot-de-passe":
        await with_password(cast.agent_lot, clock.now)
    if proof == "code":
        phone = await set_up_second_factor(cast.agent_lot, clock.now)
    browser = await sign_in(cast.agent_lot)
    clock.advance(minutes=10)
    page = await browser.get("/profil/confirmation")
    link = ""
    if proof == "lien":
        await browser.press(page, "Recevoir un lien de connexion")
        await email_worker.deliver_due()
        found = re.search(r"http\S+/login/lien/\S+", (await email_folder.read(cast.agent_lot.address))[0].text)
        assert found
        link = extract_path(found.group())
    await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)

    if proof == "lien":
        page = await browser.press(await browser.get(link), "Me connecter")
        assert page.status == 410
    else:
        typed = {"code": phone.current_code(clock.now)} if phone else {"mot-de-passe": PASSWORD}
        page = await browser.press(page, "Confirmer", **typed)
        assert page.status == 401 and PASSWORD not in page.response.text
    assert (
        await Session.count().where(Session.person == cast.agent_lot.id, Session.reauthenticated_at.is_not_null()) == 0
    )
    assert not await AuditEntry.exists().where(AuditEntry.action == "proof.given")
