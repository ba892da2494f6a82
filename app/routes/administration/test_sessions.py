"""An admin closes sessions: of one person, who gets an email, or of everybody but themselves."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.close_sessions import close_all_sessions, close_person_sessions
from app.domain.errors import Forbidden, NotFound
from app.tests.support.authentication_fixtures import open_session
from app.tests.support.browser import Browser
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.login import PendingLogin
from db.tables.sessions import Session

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_an_admin_closes_the_sessions_of_a_person_who_gets_a_letter(cast: Cast, sign_in: SignIn) -> None:
    here, there = await sign_in(cast.agent_lot), await sign_in(cast.agent_lot)
    other, admin = await sign_in(cast.agent_cher), await sign_in(cast.admin)
    page = await admin.get(f"/personnes/{cast.agent_lot.id}")
    page = await admin.get(page.link("Fermer ses sessions"))
    assert page.h1 == "Fermer les sessions de Carmen Vidal"

    page = await admin.press(page, "Fermer ses sessions")

    assert page.h1 == "Carmen Vidal" and "elle en est prévenue" in page.text
    for closed in (here, there):
        assert (await closed.get("/demandes")).h1 == "Se connecter"
    assert (await other.get("/demandes")).h1 == "Mes demandes"
    assert await Email.count().where(Email.kind == "sessions", Email.person == cast.agent_lot.id) == 1
    line = await AuditEntry.select().order_by(AuditEntry.id, ascending=False).first()
    assert line and (line["action"], line["person_id"], line["target_person_id"]) == (
        "sessions.closed",
        cast.admin.id,
        cast.agent_lot.id,
    )


async def test_an_admin_closes_everyone_s_sessions_but_their_own(cast: Cast, sign_in: SignIn) -> None:
    others = [await sign_in(actor) for actor in (cast.agent_lot, cast.supervisor_lot, cast.admin)]
    admin = await sign_in(cast.admin)
    page = await admin.get("/administration")
    page = await admin.get(page.link("Sessions"))
    assert "3 sessions sont ouvertes, sans compter la vôtre" in page.text

    page = await admin.press(page, "Fermer les sessions de tout le monde")

    assert page.h1 == "Sessions" and "sauf la vôtre" in page.text and "Aucune autre session" in page.text
    for closed in others:
        assert (await closed.get("/demandes")).h1 == "Se connecter"
    assert await Session.count() == 1 and await PendingLogin.count() == 0
    assert await AuditEntry.exists().where(
        AuditEntry.action == "sessions.everyones", AuditEntry.person_id == cast.admin.id
    )


async def test_no_other_person_closes_them_and_an_admin_closes_their_own_from_their_profile(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    await open_session(cast.agent_cher, now)
    for actor in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot):
        browser, session = await sign_in(actor), await open_session(actor, now)
        assert (await browser.get("/administration/sessions")).status == 404
        assert (await browser.get(f"/personnes/{cast.referent_caf_lot.id}/sessions/fermeture")).status == 404
        with pytest.raises(NotFound):
            await close_all_sessions(actor, session, now)
        with pytest.raises(NotFound):
            await close_person_sessions(actor, cast.agent_cher.id, now)
    with pytest.raises(Forbidden):
        await close_person_sessions(cast.admin, cast.admin.id, now)
    assert await Session.exists().where(Session.person == cast.agent_cher.id)
