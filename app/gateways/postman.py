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

from app.domain.letters import bell
from app.domain.outbox import Claim, claim_letter, put_off, settle
from app.gateways.mail import Mail, compose
from app.gateways.pulse import beat
from app.gateways.rounds import in_rounds
from app.gateways.writing import Contents, contents_of, write_out
from app.settings import settings

log = logging.getLogger("aplus.letters")
ROUND, LAST_LETTER = 5.0, 5.0


class Postman:
    def __init__(self, mail: Mail, templates: Environment, clock: Callable[[], datetime]) -> None:
        self._mail, self._templates, self._clock = mail, templates, clock

    async def work(self) -> None:
        """Until cancelled."""
        await in_rounds(self.deliver_due, every=ROUND, bell=bell, log=log)

    async def deliver_due(self) -> int:
        """Everything due now; how many left."""
        sent = 0
        while claim := await claim_letter(self._clock()):
            sent += await self._to_its_end(claim)
            beat()
        return sent

    async def _to_its_end(self, claim: Claim) -> bool:
        """A stop waits for the letter under way, so that it does not leave a second time at the next start."""
        delivery = asyncio.create_task(self._deliver(claim))
        try:
            return await asyncio.shield(delivery)
        except asyncio.CancelledError:
            await asyncio.wait({delivery}, timeout=LAST_LETTER)
            raise

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
        await self._mail.send(self._compose(claim, contents))
        return contents.told

    def _compose(self, claim: Claim, contents: Contents) -> EmailMessage:
        written = write_out(self._templates, claim.kind, contents.values)
        domain = settings.mail_from.rpartition("@")[2]
        return compose(
            sender=settings.mail_from,
            to=contents.address,
            subject=written.subject,
            text=written.text,
            html=written.html,
            message_id=f"<{claim.id}@{domain}>",
            at=self._clock(),
            further=contents.headers,
        )
