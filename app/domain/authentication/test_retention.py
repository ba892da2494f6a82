"""Nothing of a login outlives its use: what is over is deleted, what is open stays."""

from datetime import datetime, timedelta

from app.cast import Cast
from app.domain.authentication.login_link import LIFETIME, request_login_link
from app.domain.authentication.oidc import begin_provider_login
from app.domain.authentication.pending_login import complete_first_factor
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.result import Visitor
from app.domain.authentication.retention import RETENTION, delete_old_logins
from app.domain.authentication.sessions import IDLE_TIMEOUT, REMEMBERED_LIFETIME, begin_session
from app.tests.support.authentication_fixtures import set_up_second_factor
from db.engine import transaction
from db.tables.email import Email
from db.tables.login import LoginLink, PendingLogin
from db.tables.proconnect import ProviderLogin
from db.tables.sessions import Session

DESK = Visitor(browser="b", network="n", browser_label="tests")


async def test_a_link_goes_after_thirty_days_with_the_address_and_its_letter(cast: Cast, now: datetime) -> None:
    for address in (cast.agent_lot.address, "personne@exemple.fr"):
        await request_login_link(address, browser="b", network="n", remember=False, next_path="", now=now)

    assert await delete_old_logins(now + RETENTION - timedelta(seconds=1)) == 0
    assert await delete_old_logins(now + RETENTION) == 2

    assert await LoginLink.count() == await Email.count() == 0 and RETENTION > LIFETIME


async def test_a_session_goes_once_it_has_ended_and_not_before(cast: Cast, now: datetime) -> None:
    kept = await begin_session(cast.agent_lot.id, remember=True, browser="t", now=now)
    idle = await begin_session(cast.agent_lot.id, remember=False, browser="t", now=now)

    assert await delete_old_logins(now + IDLE_TIMEOUT - timedelta(seconds=1)) == 0
    assert (await load_request_context(idle, now)).session and await delete_old_logins(now + IDLE_TIMEOUT) == 1
    assert (await load_request_context(kept, now + IDLE_TIMEOUT)).session and not (
        await load_request_context(idle, now)
    ).session
    assert await delete_old_logins(now + REMEMBERED_LIFETIME) == 1 and await Session.count() == 0


async def test_what_was_begun_and_left_goes_after_its_ten_minutes(cast: Cast, now: datetime) -> None:
    await set_up_second_factor(cast.agent_lot, now)
    async with transaction():
        await complete_first_factor(cast.agent_lot.id, DESK, remember=False, now=now)
    await begin_provider_login(DESK, next_path="", now=now)

    assert await delete_old_logins(now + timedelta(minutes=9)) == 0
    assert await delete_old_logins(now + timedelta(minutes=10)) == 2

    assert await PendingLogin.count() == await ProviderLogin.count() == 0
