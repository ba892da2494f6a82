"""A clock that goes back an hour: nothing used is valid again, nothing runs twice, every person can log in. T46."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from jinja2 import Environment

from app.cast import Cast
from app.domain.authentication.login_link import LinkState, find_link_state, log_in_with_link, request_login_link
from app.domain.authentication.login_rate_limit import Attempt, count_attempt
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.result import Visitor
from app.domain.authentication.sessions import LIFETIME, begin_session
from app.domain.authentication.stored_factor import accept_code
from app.domain.email.outbox import LEASE, claim_email
from app.domain.errors import TooManyRequests
from app.domain.operations.jobs import RecurringJob, run_due_jobs
from app.gateways.email.transport import FolderTransport
from app.gateways.email.worker import EmailWorker
from app.tests.support.authentication_fixtures import set_up_second_factor
from db.tables.email import Email

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

JUMP = timedelta(hours=1)
DESK = Visitor(browser="b", network="203.0.113.7", browser_label="tests")
ADDRESS = "agent.lot@exemple.fr"


async def test_a_link_and_a_code_that_have_served_do_not_serve_again(
    cast: Cast, email_worker: EmailWorker, email_folder: FolderTransport, clock: Clock
) -> None:
    phone = await set_up_second_factor(cast.agent_cher, clock.now)
    code_at = clock.advance(minutes=1)
    assert await accept_code(cast.agent_cher.id, phone.current_code(code_at), code_at)
    await request_login_link(ADDRESS, browser="b", network="n", remember=False, next_path="", now=clock.now)
    await email_worker.deliver_due()
    found = re.search(r"/login/lien/(\w+)", (await email_folder.read(ADDRESS))[0].text)
    assert found and await log_in_with_link(found[1], DESK, code="", now=clock.now)

    back = clock.now - JUMP

    assert await find_link_state(found[1], browser="b", now=back) == LinkState.USED
    assert await log_in_with_link(found[1], DESK, code="", now=back) is None
    assert not await accept_code(cast.agent_cher.id, phone.current_code(code_at), code_at - JUMP)
    assert not await accept_code(cast.agent_cher.id, phone.current_code(back), back), (
        "one of before, seen over a shoulder"
    )
    assert await accept_code(cast.agent_cher.id, phone.current_code(code_at + JUMP), code_at + JUMP)


async def test_a_session_lasts_until_its_own_end_and_not_beyond(cast: Cast, now: datetime) -> None:
    token = await begin_session(cast.agent_lot.id, remember=False, browser="t", now=now)

    assert (await load_request_context(token, now - JUMP)).session
    assert (await load_request_context(token, now + LIFETIME)).session is None


async def test_no_job_runs_twice_and_each_runs_at_its_hour(database: str, now: datetime) -> None:
    runs: list[datetime] = []

    async def run(at: datetime) -> int:
        runs.append(at)
        return 1

    daily = [RecurringJob("erasure", timedelta(days=1), run)]
    for at in (now, now - JUMP, now, now + timedelta(days=1)):
        await run_due_jobs(daily, at)

    assert runs == [now, now + timedelta(days=1)]


async def test_a_letter_under_way_is_not_taken_a_second_time_and_new_ones_leave(
    cast: Cast, case_id: UUID, email_folder: FolderTransport, templates: Environment, clock: Clock
) -> None:
    postman, taken = EmailWorker(email_folder, templates, clock), await claim_email(clock.now)
    assert taken
    begun, clock.now = clock.now, clock.now - JUMP
    await request_login_link(ADDRESS, browser="b", network="n", remember=False, next_path="", now=clock.now)

    assert await postman.deliver_due() == 1, "what was written before the jump leaves at its hour"
    assert (await email_folder.read())[0].to == ADDRESS
    clock.now = begun + LEASE
    await postman.deliver_due()
    assert await Email.count().where(Email.state == "sent") == 1 + 3 and len(await email_folder.read()) == 1 + 3


async def test_what_was_counted_before_keeps_no_one_out(database: str, now: datetime) -> None:
    who = {"account": ADDRESS, "network": "203.0.113.7"}
    for _ in range(5):
        await count_attempt(Attempt.LINK, now=now, **who)
    with pytest.raises(TooManyRequests):
        await count_attempt(Attempt.LINK, now=now - timedelta(minutes=5), **who)

    for _ in range(5):
        await count_attempt(Attempt.LINK, now=now - JUMP, **who)
    with pytest.raises(TooManyRequests) as refused:
        await count_attempt(Attempt.LINK, now=now - JUMP, **who)
    assert refused.value.retry_after == timedelta(minutes=15)
