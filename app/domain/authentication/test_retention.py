"""Nothing of a login outlives its use: what is over is swept, what is open stays open."""

from datetime import datetime, timedelta

from app.cast import Cast
from app.domain.authentication.identify import recognise
from app.domain.authentication.login_link import LIFE, ask_for_link
from app.domain.authentication.oidc import begin_visit
from app.domain.authentication.pending_login import begin_or_wait
from app.domain.authentication.result import Visitor
from app.domain.authentication.retention import KEPT, forget_old_logins
from app.domain.authentication.sessions import IDLE, REMEMBERED, begin_session
from app.tests.support.authentication_fixtures import with_factor
from db.engine import transaction
from db.tables import Letter, LoginRequest, PendingLogin, ProviderVisit, Session

DESK = Visitor(browser="b", network="n", label="tests")


async def test_a_link_goes_after_thirty_days_with_the_address_and_its_letter(cast: Cast, now: datetime) -> None:
    for address in (cast.agent_lot.address, "personne@exemple.fr"):
        await ask_for_link(address, browser="b", network="n", remember=False, next_path="", now=now)

    assert await forget_old_logins(now + KEPT - timedelta(seconds=1)) == 0
    assert await forget_old_logins(now + KEPT) == 2

    assert await LoginRequest.count() == await Letter.count() == 0 and KEPT > LIFE


async def test_a_session_goes_once_it_has_ended_and_not_before(cast: Cast, now: datetime) -> None:
    kept = await begin_session(cast.agent_lot.id, remember=True, browser="t", now=now)
    idle = await begin_session(cast.agent_lot.id, remember=False, browser="t", now=now)

    assert await forget_old_logins(now + IDLE - timedelta(seconds=1)) == 0
    assert (await recognise(idle, now)).session and await forget_old_logins(now + IDLE) == 1
    assert (await recognise(kept, now + IDLE)).session and not (await recognise(idle, now)).session
    assert await forget_old_logins(now + REMEMBERED) == 1 and await Session.count() == 0


async def test_what_was_begun_and_left_goes_after_its_ten_minutes(cast: Cast, now: datetime) -> None:
    await with_factor(cast.agent_lot, now)
    async with transaction():
        await begin_or_wait(cast.agent_lot.id, DESK, remember=False, now=now)
    await begin_visit(DESK, next_path="", now=now)

    assert await forget_old_logins(now + timedelta(minutes=9)) == 0
    assert await forget_old_logins(now + timedelta(minutes=10)) == 2

    assert await PendingLogin.count() == await ProviderVisit.count() == 0
