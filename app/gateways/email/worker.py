"""Sends the emails of the outbox: claims one, checks that it may still be sent, renders it, sends it, records the
result.

Delivery is at least once: after a crash between sending and recording, the same email is sent again with the same
Message-ID.
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
from app.domain.email.attempts import record_failure, record_success
from app.domain.email.failure import Failure
from app.domain.email.outbox import ClaimedEmail, claim_email
from app.domain.email.queue_email import email_queued
from app.gateways.email.contents import EmailContents
from app.gateways.email.refusals import classify_failure
from app.gateways.email.render import build_email_contents, render_email
from app.gateways.email.transport import EmailTransport, build_message
from app.gateways.workers.heartbeat import record_heartbeat
from app.gateways.workers.loop import run_worker_loop
from app.settings import settings

log = logging.getLogger("aplus.email")
RUN_INTERVAL, SHUTDOWN_TIMEOUT = 5.0, 5.0


class EmailWorker:
    """max_concurrent: emails sent at the same time. None waits for another: each reads its contents when it is sent."""

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
        """Runs until cancelled."""
        await run_worker_loop(self.deliver_due, every=RUN_INTERVAL, wake=email_queued, log=log)

    async def deliver_due(self) -> int:
        """Sends every email that is due, and returns how many were sent.

        When it stops, it waits for those under way: otherwise they would be sent a second time.
        """
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
        """Records any failure, so that the next emails are sent. An unexpected one is logged in full."""
        try:
            sent_ids = await self._send(claim)
        except (OSError, aiosmtplib.SMTPException) as error:
            failure = classify_failure(error)
            log.warning("email %s did not leave: %s, %s", claim.id, failure, type(error).__name__)
        except Exception:
            failure = Failure.ERROR
            log.exception("email %s did not leave", claim.id)
        else:
            await record_success(claim, sent_ids, self._clock())
            return bool(sent_ids)
        await record_failure(claim, failure, self._clock())
        return False

    async def _send(self, claim: ClaimedEmail) -> frozenset[UUID]:
        """The ids of the `Email` rows that were sent; empty when there is no recipient any more."""
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
    """Waits until at most `most` deliveries are under way. Returns how many of the finished ones were sent."""
    sent = 0
    while len(under_way) > most:
        done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        under_way -= done
        sent += sum(task.result() for task in done)
    return sent
