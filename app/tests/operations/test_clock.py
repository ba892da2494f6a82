"""A clock that goes back an hour: nothing that has served serves again, nothing runs twice, nobody is kept out. T46."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from jinja2 import Environment

from app.cast import Cast
from app.domain.authentication.identify import recognise
from app.domain.authentication.login_link import LinkState, ask_for_link, enter, look_at
from app.domain.authentication.login_rate_limit import Attempt, count_attempt
from app.domain.authentication.result import Visitor
from app.domain.authentication.second_factor_login import accept_code
from app.domain.authentication.sessions import LONGEST, begin_session
from app.domain.email.outbox import LEASE, claim_letter
from app.domain.errors import TooOften
from app.domain.operations.jobs import Recurring, run_due
from app.gateways.email.transport import FolderMail
from app.gateways.email.worker import Postman
from app.tests.support.authentication_fixtures import with_factor
from db.tables import Letter

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

JUMP = timedelta(hours=1)
DESK = Visitor(browser="b", network="203.0.113.7", label="tests")
ADDRESS = "agent.lot@exemple.fr"


async def test_a_link_and_a_code_that_have_served_do_not_serve_again(
    cast: Cast, postman: Postman, letterbox: FolderMail, clock: Clock
) -> None:
    phone = await with_factor(cast.agent_cher, clock.now)
    code_at = clock.advance(minutes=1)
    assert await accept_code(cast.agent_cher.id, phone.code(code_at), code_at)
    await ask_for_link(ADDRESS, browser="b", network="n", remember=False, next_path="", now=clock.now)
    await postman.deliver_due()
    found = re.search(r"/login/lien/(\w+)", (await letterbox.read(ADDRESS))[0].text)
    assert found and await enter(found[1], DESK, code="", now=clock.now)

    back = clock.now - JUMP

    assert await look_at(found[1], browser="b", now=back) == LinkState.USED
    assert await enter(found[1], DESK, code="", now=back) is None
    assert not await accept_code(cast.agent_cher.id, phone.code(code_at), code_at - JUMP)
    assert not await accept_code(cast.agent_cher.id, phone.code(back), back), "one of before, seen over a shoulder"
    assert await accept_code(cast.agent_cher.id, phone.code(code_at + JUMP), code_at + JUMP)


async def test_a_session_lasts_until_its_own_end_and_not_beyond(cast: Cast, now: datetime) -> None:
    token = await begin_session(cast.agent_lot.id, remember=False, browser="t", now=now)

    assert (await recognise(token, now - JUMP)).session
    assert (await recognise(token, now + LONGEST)).session is None


async def test_no_job_runs_twice_and_each_runs_at_its_hour(database: str, now: datetime) -> None:
    runs: list[datetime] = []

    async def run(at: datetime) -> int:
        runs.append(at)
        return 1

    daily = [Recurring("erasure", timedelta(days=1), run)]
    for at in (now, now - JUMP, now, now + timedelta(days=1)):
        await run_due(daily, at)

    assert runs == [now, now + timedelta(days=1)]


async def test_a_letter_under_way_is_not_taken_a_second_time_and_new_ones_leave(
    cast: Cast, case_id: UUID, letterbox: FolderMail, templates: Environment, clock: Clock
) -> None:
    postman, taken = Postman(letterbox, templates, clock), await claim_letter(clock.now)
    assert taken
    begun, clock.now = clock.now, clock.now - JUMP
    await ask_for_link(ADDRESS, browser="b", network="n", remember=False, next_path="", now=clock.now)

    assert await postman.deliver_due() == 1, "what was written before the jump leaves at its hour"
    assert (await letterbox.read())[0].to == ADDRESS
    clock.now = begun + LEASE
    await postman.deliver_due()
    assert await Letter.count().where(Letter.state == "sent") == 1 + 3 and len(await letterbox.read()) == 1 + 3


async def test_what_was_counted_before_keeps_nobody_out(database: str, now: datetime) -> None:
    who = {"account": ADDRESS, "network": "203.0.113.7"}
    for _ in range(5):
        await count_attempt(Attempt.LINK, now=now, **who)
    with pytest.raises(TooOften):
        await count_attempt(Attempt.LINK, now=now - timedelta(minutes=5), **who)

    for _ in range(5):
        await count_attempt(Attempt.LINK, now=now - JUMP, **who)
    with pytest.raises(TooOften) as refused:
        await count_attempt(Attempt.LINK, now=now - JUMP, **who)
    assert refused.value.wait == timedelta(minutes=15)
