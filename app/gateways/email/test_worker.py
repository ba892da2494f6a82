"""Emails through a real SMTP server: once each, to the right people, without data of the citizen; through outages."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from jinja2 import DictLoader, Environment

from app.cast import Cast
from app.domain.authentication.login_link import request_login_link
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.email.outbox import GIVE_UP_AFTER
from app.gateways.email.transport import FolderTransport, SmtpTransport
from app.gateways.email.worker import EmailWorker
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.smtp_fixtures import read_email_text
from db.tables.email import Email
from db.tables.people import Person

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock
    from app.tests.support.smtp_fixtures import SmtpServer

REFERENTS = {"referent.caf.lot@exemple.fr", "responsable.caf.lot@exemple.fr", "referent.msa.lot@exemple.fr"}


@pytest.fixture
async def case_id(cast: Cast, now: datetime) -> UUID:
    sent = await make_draft(cast.agent_lot, now, "CAF", "MSA", subject="Canari dans le sujet")
    await submit(cast.agent_lot, sent, now)
    return sent


async def test_one_letter_to_each_referent_with_the_link_and_nothing_of_the_citizen(
    case_id: UUID, smtp_email_worker: EmailWorker, smtp_server: SmtpServer
) -> None:
    assert await smtp_email_worker.deliver_due() == 3
    assert await smtp_email_worker.deliver_due() == 0

    assert set(smtp_server.recipients) == REFERENTS and len(smtp_server.received) == 3
    for letter in smtp_server.received:
        assert {part.get_content_type() for part in letter.walk()} >= {"text/plain", "text/html"}
        said = read_email_text(letter)
        assert f"/demandes/{case_id}" in said and letter["Auto-Submitted"] == "auto-generated"
        assert letter["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply" and letter["Precedence"] is None
        for canary in ("Canari", "Jeanne", "Pélissier", "1957", "trois mois", "Carmen"):
            assert canary not in said


async def test_an_office_down_then_up_delivers_everything_once(
    case_id: UUID, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, templates: Environment, clock: Clock
) -> None:
    nowhere = EmailWorker(SmtpTransport("smtp://127.0.0.1:1"), templates, clock)
    for _ in range(5):
        assert await nowhere.deliver_due() == 0
        clock.advance(minutes=31)

    await smtp_email_worker.deliver_due()

    assert set(smtp_server.recipients) == REFERENTS and len(smtp_server.received) == 3


async def test_a_letter_that_cannot_be_written_out_holds_no_one_up(
    case_id: UUID, email_folder: FolderTransport, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, clock: Clock
) -> None:
    broken = EmailWorker(email_folder, Environment(loader=DictLoader({}), autoescape=True), clock)
    assert await broken.deliver_due() == 0
    assert await Email.count().where(Email.state == "waiting", Email.due_at > clock.now) == 3

    clock.advance(minutes=31)
    assert await smtp_email_worker.deliver_due() == 3 and set(smtp_server.recipients) == REFERENTS


async def test_who_waits_at_the_door_is_written_to_first(
    case_id: UUID, cast: Cast, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, now: datetime
) -> None:
    """Twenty thousand invitations may be waiting, and a login link is valid for a quarter of an hour."""
    await request_login_link(cast.agent_cher.address, browser="a", network="", remember=False, next_path="", now=now)
    await Email.update({Email.due_at: now - timedelta(hours=1)}).where(Email.kind == "new_case")

    await smtp_email_worker.deliver_due()

    assert smtp_server.received[0]["To"] == cast.agent_cher.address and len(smtp_server.received) == 4


@pytest.mark.parametrize("at_once", [1, 2])
async def test_a_stop_waits_for_the_letters_under_way(
    case_id: UUID, smtp_server: SmtpServer, templates: Environment, clock: Clock, at_once: int
) -> None:
    smtp_server.pause = 1.0
    postman = EmailWorker(
        SmtpTransport(f"smtp://127.0.0.1:{smtp_server.port}"), templates, clock, max_concurrent=at_once
    )
    work = asyncio.create_task(postman.work())
    while smtp_server.open < at_once:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

    assert len(smtp_server.received) == await Email.count().where(Email.state == "sent") == at_once


async def test_several_leave_at_once_never_more_than_is_set_each_of_them_once(
    case_id: UUID, smtp_server: SmtpServer, templates: Environment, clock: Clock
) -> None:
    smtp_server.pause = 0.3
    limited = EmailWorker(SmtpTransport(f"smtp://127.0.0.1:{smtp_server.port}"), templates, clock, max_concurrent=2)

    assert await limited.deliver_due() == 3

    assert smtp_server.most_open == 2 and len(smtp_server.received) == 3 and set(smtp_server.recipients) == REFERENTS
    assert await Email.count().where(Email.state == "sent") == 3


async def test_the_message_id_is_the_same_at_every_attempt(
    case_id: UUID, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, clock: Clock
) -> None:
    await smtp_email_worker.deliver_due()
    await Email.update({Email.state: "waiting"}).where(Email.kind == "new_case")
    clock.advance(minutes=3)
    await smtp_email_worker.deliver_due()

    identities = [letter["Message-ID"] for letter in smtp_server.received]
    assert len(identities) == 6 and len(set(identities)) == 3


async def test_a_refused_address_starves_no_one_and_ends_as_bounced(
    case_id: UUID, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, clock: Clock
) -> None:
    smtp_server.refusals["referent.caf.lot@exemple.fr"] = "550 No such user"
    await smtp_email_worker.deliver_due()
    assert set(smtp_server.recipients) == REFERENTS - {"referent.caf.lot@exemple.fr"}

    clock.advance(hours=GIVE_UP_AFTER.total_seconds() / 3600 + 1)
    await smtp_email_worker.deliver_due()
    clock.advance(hours=1)
    smtp_server.refusals.clear()
    assert await smtp_email_worker.deliver_due() == 0
    assert await Email.count().where(Email.state == "bounced") == 1


async def test_a_login_letter_that_has_expired_is_not_sent(
    cast: Cast, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, clock: Clock
) -> None:
    await request_login_link(
        cast.agent_lot.address, browser="a", network="", remember=False, next_path="", now=clock.now
    )
    clock.advance(minutes=16)
    assert await smtp_email_worker.deliver_due() == 0 and smtp_server.received == []


async def test_what_a_person_may_no_longer_open_is_no_longer_announced(
    cast: Cast, case_id: UUID, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, now: datetime
) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)
    await withdraw(cast.agent_lot, case_id, now)

    assert await smtp_email_worker.deliver_due() == 0 and smtp_server.received == []
    assert await Email.count().where(Email.state == "cancelled") == 3
