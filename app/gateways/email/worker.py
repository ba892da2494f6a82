"""The outbox's worker: claims a letter, checks that it still may go, renders it, sends it, then says so.

Sent at least once: a crash between the two sends it again, under the same Message-ID.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

import aiosmtplib
from jinja2 import Environment

from app.domain.accounts.address import Mailbox, mailbox_at
from app.domain.email.outbox import Claim, claim_letter, put_off, settle
from app.domain.email.queue_email import email_queued
from app.gateways.email.render import Contents, contents_of, write_out
from app.gateways.email.transport import Mail, compose
from app.gateways.workers.heartbeat import beat
from app.gateways.workers.loop import in_rounds
from app.settings import settings

log = logging.getLogger("aplus.letters")
ROUND, LAST_LETTER = 5.0, 5.0


class Postman:
    """at_once: how many letters may be on their way together. None waits for another: each says only that something
    waits, and what it may say is asked when it leaves."""

    def __init__(self, mail: Mail, templates: Environment, clock: Callable[[], datetime], *, at_once: int = 1) -> None:
        self._mail, self._templates, self._clock, self._at_once = mail, templates, clock, max(1, at_once)

    async def work(self) -> None:
        """Until cancelled."""
        await in_rounds(self.deliver_due, every=ROUND, wake=email_queued, log=log)

    async def deliver_due(self) -> int:
        """Everything due now; how many left. A stop waits for those under way, or they would leave a second time."""
        under_way, sent = set[asyncio.Task[bool]](), 0
        try:
            while claim := await claim_letter(self._clock()):
                under_way.add(asyncio.create_task(self._deliver(claim)))
                sent += await _ended(under_way, most=self._at_once - 1)
                beat()
            return sent + await _ended(under_way, most=0)
        finally:
            if under_way:
                await asyncio.wait(under_way, timeout=LAST_LETTER)

    async def _deliver(self, claim: Claim) -> bool:
        """Whatever stops a letter puts it off, so that the next ones leave; a fault of ours is logged whole."""
        try:
            told = await self._send(claim)
        except (OSError, aiosmtplib.SMTPException) as failure:
            log.warning("letter %s put off: %s", claim.id, type(failure).__name__)
        except Exception:
            log.exception("letter %s put off", claim.id)
        else:
            await settle(told, "sent", self._clock())
            await settle({news.id for news in claim.news} - told, "cancelled", self._clock())
            return bool(told)
        await put_off(claim, self._clock())
        return False

    async def _send(self, claim: Claim) -> frozenset[UUID]:
        """What of it was told; nothing when nobody is to be told any more."""
        contents = await contents_of(claim, self._clock())
        if contents is None:
            return frozenset()
        to = mailbox_at(contents.address)
        if to is None:
            log.warning("letter %s not sent: python -m app migrate says whose address is to be corrected", claim.id)
            return frozenset()
        await self._mail.send(self._compose(claim, contents, to))
        return contents.told

    def _compose(self, claim: Claim, contents: Contents, to: Mailbox) -> EmailMessage:
        written = write_out(self._templates, claim.kind, contents.values)
        domain = settings.mail_from.rpartition("@")[2]
        return compose(
            sender=settings.mail_from,
            to=to,
            subject=written.subject,
            text=written.text,
            html=written.html,
            message_id=f"<{claim.id}@{domain}>",
            at=self._clock(),
            further=contents.headers,
        )


async def _ended(under_way: set[asyncio.Task[bool]], *, most: int) -> int:
    """Waits until no more than these are under way; how many of the others have left."""
    sent = 0
    while len(under_way) > most:
        done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        under_way -= done
        sent += sum(task.result() for task in done)
    return sent
