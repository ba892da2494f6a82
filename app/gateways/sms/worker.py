"""The worker of texts: claims one, hands it to the provider, then says so. Sent at least once, under one id."""

import logging
from collections.abc import Callable
from datetime import datetime

from app.domain.cases.mandate.sms_outbox import TextClaim, claim_text, fail, put_off, sent, sms_queued
from app.gateways.sms.provider import Text, TextRefused, Texts
from app.gateways.workers.loop import in_rounds

log = logging.getLogger("aplus.texts")
ROUND = 5.0


class Messenger:
    def __init__(self, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._texts, self._clock = texts, clock

    async def work(self) -> None:
        """Until cancelled."""
        await in_rounds(self.deliver_due, every=ROUND, wake=sms_queued, log=log)

    async def deliver_due(self) -> int:
        """Everything due now; how many left."""
        left = 0
        while claim := await claim_text(self._clock()):
            left += await self._deliver(claim)
        return left

    async def _deliver(self, claim: TextClaim) -> bool:
        try:
            await self._texts.send(Text(claim.id, claim.phone, claim.body))
        except TextRefused:
            log.warning("text %s refused by the provider", claim.id)
            await fail(claim)
            return False
        except OSError as failure:
            log.warning("text %s put off: %s", claim.id, type(failure).__name__)
            await put_off(claim, self._clock())
            return False
        await sent(claim, self._clock())
        return True
