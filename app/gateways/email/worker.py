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

from app.domain.accounts.address import Mailbox, parse_stored_address
from app.domain.email.outbox import ClaimedEmail, claim_email, retry_later, set_email_state
from app.domain.email.queue_email import email_queued
from app.gateways.email.render import EmailContents, build_email_contents, render_email
from app.gateways.email.transport import EmailTransport, build_message
from app.gateways.workers.heartbeat import record_heartbeat
from app.gateways.workers.loop import run_worker_loop
from app.settings import settings

log = logging.getLogger("aplus.email")
RUN_INTERVAL, SHUTDOWN_TIMEOUT = 5.0, 5.0


class EmailWorker:
    """at_once: how many letters may be on their way together. None waits for another: each says only that something
    waits, and what it may say is asked when it leaves."""

    def __init__(
        self,
        transport: EmailTransport,
        templates: Environment,
        clock: Callable[[], datetime],
        *,
        max_concurrent: int = 1,
    ) -> None:
        self._mail, self._templates, self._clock, self._at_once = transport, templates, clock, max(1, max_concurrent)

    async def work(self) -> None:
        """Until cancelled."""
        await run_worker_loop(self.deliver_due, every=RUN_INTERVAL, wake=email_queued, log=log)

    async def deliver_due(self) -> int:
        """Everything due now; how many left. A stop waits for those under way, or they would leave a second time."""
        under_way, sent = set[asyncio.Task[bool]](), 0
        try:
            while claim := await claim_email(self._clock()):
                under_way.add(asyncio.create_task(self._deliver(claim)))
                sent += await _wait_for_deliveries(under_way, most=self._at_once - 1)
                record_heartbeat()
            return sent + await _wait_for_deliveries(under_way, most=0)
        finally:
            if under_way:
                await asyncio.wait(under_way, timeout=SHUTDOWN_TIMEOUT)

    async def _deliver(self, claim: ClaimedEmail) -> bool:
        """Whatever stops a letter puts it off, so that the next ones leave; a fault of ours is logged whole."""
        try:
            told = await self._send(claim)
        except (OSError, aiosmtplib.SMTPException) as failure:
            log.warning("email %s will be retried: %s", claim.id, type(failure).__name__)
        except Exception:
            log.exception("email %s will be retried", claim.id)
        else:
            await set_email_state(told, "sent", self._clock())
            await set_email_state({news.id for news in claim.items} - told, "cancelled", self._clock())
            return bool(told)
        await retry_later(claim, self._clock())
        return False

    async def _send(self, claim: ClaimedEmail) -> frozenset[UUID]:
        """What of it was told; nothing when nobody is to be told any more."""
        contents = await build_email_contents(claim, self._clock())
        if contents is None:
            return frozenset()
        to = parse_stored_address(contents.address)
        if to is None:
            log.warning("email %s not sent: python -m app migrate says whose address is to be corrected", claim.id)
            return frozenset()
        await self._mail.send(self._build_message(claim, contents, to))
        return contents.email_ids

    def _build_message(self, claim: ClaimedEmail, contents: EmailContents, to: Mailbox) -> EmailMessage:
        written = render_email(self._templates, claim.kind, contents.values)
        domain = settings.mail_from.rpartition("@")[2]
        return build_message(
            sender=settings.mail_from,
            to=to,
            subject=written.subject,
            text=written.text,
            html=written.html,
            message_id=f"<{claim.id}@{domain}>",
            sent_at=self._clock(),
            extra_headers=contents.headers,
        )


async def _wait_for_deliveries(under_way: set[asyncio.Task[bool]], *, most: int) -> int:
    """Waits until no more than these are under way; how many of the others have left."""
    sent = 0
    while len(under_way) > most:
        done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        under_way -= done
        sent += sum(task.result() for task in done)
    return sent
