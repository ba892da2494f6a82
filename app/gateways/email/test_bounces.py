"""Bounces, read by a real IMAP server: those of our emails alone make a mailbox dead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from app.cast import Cast
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.teams.dead_mailboxes import find_dead_mailboxes
from app.gateways.email.bounce_mailbox import list_bounce_jobs, read_bounces
from app.server.preflight import BOUNCES_NOT_ENCRYPTED, find_errors
from app.settings import BounceSettings
from app.settings import settings as chosen
from app.tests.support.bounce_samples import HEADERS_ALONE, WHOLE, build_absence, build_exim, build_report
from app.tests.support.imap_server import ImapServer, run_imap_server
from db.tables.email import Email
from db.tables.people import Person

if TYPE_CHECKING:
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock
    from app.tests.support.smtp_fixtures import SmtpServer

TO = "referent.caf.lot@exemple.fr"


@pytest.fixture
def imap_server() -> Iterator[ImapServer]:
    with run_imap_server() as server:
        yield server


@pytest.fixture
async def sent(cast: Cast, smtp_server: SmtpServer, smtp_email_worker: EmailWorker, clock: Clock) -> str:
    """The Message-ID of an email that left for Julien."""
    await queue_emails(EmailKind.ADDED, [cast.referent_caf_lot.id], now=clock.now)
    await smtp_email_worker.deliver_due()
    return str(smtp_server.received[0]["Message-ID"])


async def is_dead(cast: Cast) -> bool:
    return bool(await find_dead_mailboxes([cast.referent_caf_lot.id]))


async def read(server: ImapServer, now: datetime) -> int:
    return await read_bounces(server.url, chosen.mail_from.rpartition("@")[2], now)


async def test_a_bounce_of_an_email_that_left_makes_its_mailbox_dead_once(
    cast: Cast, sent: str, imap_server: ImapServer, clock: Clock
) -> None:
    imap_server.add(build_absence(TO, sent))
    imap_server.add(build_report(TO, sent))
    imap_server.add(build_exim(TO, sent))

    assert await read(imap_server, clock.now) == 1 and await is_dead(cast)
    assert imap_server.seen == {1, 2, 3} and await read(imap_server, clock.now) == 0
    row = (await Email.select(Email.state, Email.failure).where(Email.kind == "added"))[0]
    assert row == {"state": "bounced", "failure": "mailbox"}
    assert await Email.count().where(Email.kind == "undelivered") == 1


async def test_a_forged_bounce_makes_no_mailbox_dead(
    cast: Cast, sent: str, imap_server: ImapServer, clock: Clock
) -> None:
    imap_server.add(build_report(TO, f"<{uuid4()}@exemple.fr>"))
    imap_server.add(build_report(TO, sent, "4.2.2"))
    assert await read(imap_server, clock.now) == 0
    imap_server.add(build_report(TO, sent, "5.7.1"))
    assert await read(imap_server, clock.now) == 1, "it did not arrive, for our own sake"
    assert not await is_dead(cast)


async def test_one_that_is_late_or_of_a_former_address_makes_no_mailbox_dead(
    cast: Cast, sent: str, imap_server: ImapServer, clock: Clock
) -> None:
    imap_server.add(build_report(TO, sent))
    assert await read(imap_server, clock.now + timedelta(days=8)) == 0
    imap_server.seen.clear()
    await Person.update({Person.address: "julien@exemple.fr"}).where(Person.id == cast.referent_caf_lot.id)

    assert await read(imap_server, clock.now) == 1 and not await is_dead(cast)


@pytest.mark.parametrize("named", ["", TO])
async def test_one_without_its_to_leaves_the_new_address_alone(
    cast: Cast, sent: str, imap_server: ImapServer, clock: Clock, named: str
) -> None:
    raw = build_report(TO, sent, joined=HEADERS_ALONE.replace("To: {to}\n", "")).decode()
    imap_server.add(raw.replace(f"Final-Recipient: rfc822; {TO}", f"Final-Recipient: rfc822; {named}").encode())
    await Person.update({Person.address: "julien@exemple.fr"}).where(Person.id == cast.referent_caf_lot.id)

    assert await read(imap_server, clock.now) == 1 and not await is_dead(cast)


async def test_after_a_bounce_an_accepted_email_proves_nothing_before_a_day(
    cast: Cast, sent: str, imap_server: ImapServer, smtp_email_worker: EmailWorker, clock: Clock
) -> None:
    """A relay accepts everything, then sends it back."""
    imap_server.add(build_report(TO, sent))
    await read(imap_server, clock.now)
    for hours, dead in ((1, True), (20, True), (5, False)):
        clock.advance(hours=hours)
        await queue_emails(EmailKind.ADDED, [cast.referent_caf_lot.id], now=clock.now)
        await smtp_email_worker.deliver_due()
        assert await is_dead(cast) is dead


async def test_a_digest_is_found_by_the_id_under_which_it_left(
    cast: Cast,
    smtp_server: SmtpServer,
    smtp_email_worker: EmailWorker,
    imap_server: ImapServer,
    clock: Clock,
    sent: str,
) -> None:
    whole = uuid4()
    await Email.update({Email.sent_as: whole}).where(Email.kind == "added")
    imap_server.add(build_report(TO, f"<{whole}@exemple.fr>", joined=WHOLE))

    assert await read(imap_server, clock.now) == 1 and await is_dead(cast)


async def test_a_wrong_password_is_an_error_of_the_job(imap_server: ImapServer, now: datetime) -> None:
    with pytest.raises(Exception, match="wrong password"):
        await read_bounces(imap_server.url.replace("mot", "faux"), "exemple.fr", now)


def test_the_job_is_there_where_a_mailbox_is_set() -> None:
    assert list_bounce_jobs(chosen) == []
    (job,) = list_bounce_jobs(replace(chosen, bounces=BounceSettings(url="imaps://moi:secret@courrier.gouv.fr")))
    assert job.name == "bounces"


def test_a_password_in_clear_on_the_line_is_refused_at_the_start() -> None:
    for url, refused in (
        ("imap://us:secret@courrier.gouv.fr", True),
        ("imaps://a@b.fr", False),
        ("imap://[::1]", False),
    ):
        found = find_errors(replace(chosen, bounces=BounceSettings(url=url)))
        assert (BOUNCES_NOT_ENCRYPTED in found) is refused
