"""Every hour: attachments begun and never sent, and bytes that nothing names any more."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from app.domain.attachments.removal import sweep
from app.gateways.files import Files

log = logging.getLogger("aplus.attachments")
ROUND = 3600.0


class Sweeper:
    def __init__(self, files: Files, clock: Callable[[], datetime]) -> None:
        self._files, self._clock = files, clock

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await sweep(self._files, self._clock())
            except Exception:
                log.exception("a sweep stopped")
            await asyncio.sleep(ROUND)
