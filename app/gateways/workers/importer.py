"""The worker of imports: looks each second for a list to read or to apply, sent to whichever process."""

import logging
from collections.abc import Callable
from datetime import datetime

from app.domain.imports.applying import work_next
from app.gateways.workers.loop import in_rounds

log = logging.getLogger("aplus.imports")
ROUND = 1.0


class Importer:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def work(self) -> None:
        """Until cancelled."""
        await in_rounds(self._work_all, every=ROUND, log=log)

    async def _work_all(self) -> None:
        while await work_next(self._clock):
            log.info("an import has been worked on")
