"""The worker of imports: reads or applies a list as soon as it is sent, or soon after if another process took it."""

import logging
from collections.abc import Callable
from datetime import datetime

from app.domain.imports.applying import work_next
from app.domain.imports.states import bell
from app.gateways.rounds import in_rounds

log = logging.getLogger("aplus.imports")
ROUND = 2.0


class Importer:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def work(self) -> None:
        """Until cancelled."""
        await in_rounds(self.do_due, every=ROUND, bell=bell, log=log)

    async def do_due(self) -> None:
        """Everything due now."""
        while await work_next(self._clock):
            log.info("an import has been worked on")
