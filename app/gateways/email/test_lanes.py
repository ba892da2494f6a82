"""A slow recipient, and one that greylists, hold up no login email. By a real SMTP server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.login_link import request_login_link
from app.domain.email.queue_email import EmailKind, queue_emails
from app.gateways.email import worker
from app.gateways.email.transport import SmtpTransport
from app.gateways.email.worker import build_email_workers
from db.tables.email import Email

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock
    from app.tests.support.smtp_fixtures import SmtpServer

SLOW = 1.5


@pytest.fixture
async def at_work(smtp_server: SmtpServer, templates: Environment, clock: Clock, cast: Cast) -> AsyncIterator[None]:
    transport = SmtpTransport(f"smtp://127.0.0.1:{smtp_server.port}")
    works = [asyncio.create_task(one.work()) for one in build_email_workers(transport, templates, clock)]
    yield
    for work in works:
        work.cancel()
    await asyncio.gather(*works, return_exceptions=True)


async def ask_link(actor: Actor, clock: Clock) -> None:
    await request_login_link(actor.address, browser="a", network="", remember=False, next_path="", now=clock.now)


async def wait_for(server: SmtpServer, address: str) -> float:
    """Seconds until the server has accepted an email for the address."""
    begin = asyncio.get_running_loop().time()
    async with asyncio.timeout(10):
        while address not in server.accepted_recipients:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return asyncio.get_running_loop().time() - begin


@pytest.mark.usefixtures("at_work")
async def test_a_slow_recipient_holds_up_no_login_email(cast: Cast, smtp_server: SmtpServer, clock: Clock) -> None:
    for slow in (cast.referent_caf_lot, cast.manager_caf_lot):
        smtp_server.slow[slow.address] = SLOW
    await queue_emails(EmailKind.ADDED, [cast.referent_caf_lot.id], now=clock.now)
    await ask_link(cast.manager_caf_lot, clock)
    await asyncio.sleep(0.2)

    await ask_link(cast.agent_lot, clock)

    assert await wait_for(smtp_server, cast.agent_lot.address) < SLOW / 2
    assert smtp_server.accepted_recipients == [cast.agent_lot.address]
    for slow in (cast.referent_caf_lot, cast.manager_caf_lot):
        await wait_for(smtp_server, slow.address)


async def test_one_that_never_answers_gives_its_place_back(
    cast: Cast,
    smtp_server: SmtpServer,
    templates: Environment,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "SEND_TIMEOUT", 0.2)
    smtp_server.slow[cast.referent_caf_lot.address] = 1.0
    people = [cast.referent_caf_lot.id, cast.agent_lot.id]
    await queue_emails(EmailKind.ADDED, people, now=clock.now)
    others = build_email_workers(SmtpTransport(f"smtp://127.0.0.1:{smtp_server.port}"), templates, clock)[1]

    assert await others.deliver_due() == 1

    assert smtp_server.accepted_recipients == [cast.agent_lot.address]
    assert await Email.exists().where(Email.person == people[0], Email.failure == "slow", Email.state == "waiting")
