"""Sends queued SMS. Delivery is at least once, always under the same id."""

import logging
from collections.abc import Callable
from datetime import datetime

from app.domain.cases.mandate.sms_outbox import (
    SmsClaim,
    claim_sms,
    record_sms_failed,
    record_sms_sent,
    retry_sms_later,
    sms_queued,
)
from app.gateways.sms.provider import OutgoingSms, SmsRejected, SmsTransport
from app.gateways.workers.loop import run_worker_loop

log = logging.getLogger("aplus.sms")
RUN_INTERVAL = 5.0


class SmsWorker:
    def __init__(self, transport: SmsTransport, clock: Callable[[], datetime]) -> None:
        self._texts, self._clock = transport, clock

    async def work(self) -> None:
        """Runs until cancelled."""
        await run_worker_loop(self.deliver_due, every=RUN_INTERVAL, wake=sms_queued, log=log)

    async def deliver_due(self) -> int:
        """Sends every SMS that is due, and returns how many were sent."""
        left = 0
        while claim := await claim_sms(self._clock()):
            left += await self._deliver(claim)
        return left

    async def _deliver(self, claim: SmsClaim) -> bool:
        try:
            await self._texts.send(OutgoingSms(claim.id, claim.phone, claim.body))
        except SmsRejected:
            log.warning("SMS %s rejected by the provider", claim.id)
            await record_sms_failed(claim)
            return False
        except OSError as failure:
            log.warning("SMS %s will be retried: %s", claim.id, type(failure).__name__)
            await retry_sms_later(claim, self._clock())
            return False
        await record_sms_sent(claim, self._clock())
        return True
