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
from app.domain.email.outbox import ClaimedEmail, Lane, claim_email
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
SEND_TIMEOUT = 90.0
"""Of a whole email, below the lease of two minutes: a slow one is not sent a second time meanwhile."""
LOGIN_CONNECTIONS = 8
"""Login emails sent at the same time: as many slow recipients hold up no other."""


class EmailWorker:
    """max_concurrent: emails sent at the same time. None waits for another: each reads its contents when it is sent.

    A slow recipient keeps one of these places for SEND_TIMEOUT at most. Login emails have a worker of their own.
    """

    def __init__(
        self,
        transport: EmailTransport,
        templates: Environment,
        clock: Callable[[], datetime],
        *,
        max_concurrent: int = 1,
        lane: Lane = Lane.ALL,
    ) -> None:
        self._mail, self._templates, self._clock, self._at_once = transport, templates, clock, max(1, max_concurrent)
        self._lane, self._under_way = lane, set[asyncio.Task[bool]]()

    async def work(self) -> None:
        """Runs until cancelled. Then it waits for those under way: otherwise they would be sent a second time."""
        try:
            await run_worker_loop(self._deliver_claimed, every=RUN_INTERVAL, wake=email_queued, log=log)
        finally:
            await self._wait_before_stopping()

    async def deliver_due(self) -> int:
        """Sends every email that is due, and returns how many were sent."""
        try:
            return await self._deliver_claimed() + await self._wait_for_deliveries(most=0)
        finally:
            await self._wait_before_stopping()

    async def _deliver_claimed(self) -> int:
        """Starts every email that is due, as places become free. Does not wait for the last ones."""
        sent = 0
        while claim := await claim_email(self._clock(), self._lane):
            self._under_way.add(asyncio.create_task(self._deliver(claim)))
            sent += await self._wait_for_deliveries(most=self._at_once - 1)
            record_heartbeat()
        return sent

    async def _wait_for_deliveries(self, *, most: int) -> int:
        """Waits until at most `most` deliveries are under way. Returns how many of the finished ones were sent."""
        sent = 0
        while len(self._under_way) > most:
            done, _ = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            self._under_way -= done
            sent += sum(task.result() for task in done)
        return sent

    async def _wait_before_stopping(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=SHUTDOWN_TIMEOUT)

    async def _deliver(self, claim: ClaimedEmail) -> bool:
        """Records any failure, so that the next emails are sent. An unexpected one is logged in full."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
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


def build_email_workers(
    transport: EmailTransport, templates: Environment, clock: Callable[[], datetime]
) -> list[EmailWorker]:
    """One for login emails, one for the others."""
    places = {Lane.LOGIN: LOGIN_CONNECTIONS, Lane.OTHERS: settings.mail_connections}
    return [EmailWorker(transport, templates, clock, max_concurrent=most, lane=lane) for lane, most in places.items()]
