"""Reads and applies imports. Each process looks every second for one that waits."""

import logging
from collections.abc import Callable
from datetime import datetime

from app.domain.imports.worker import process_next_import
from app.gateways.workers.loop import run_worker_loop

log = logging.getLogger("aplus.imports")
RUN_INTERVAL = 1.0


class ImportWorker:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def work(self) -> None:
        """Runs until cancelled."""
        await run_worker_loop(self._process_waiting, every=RUN_INTERVAL, log=log)

    async def _process_waiting(self) -> None:
        while await process_next_import(self._clock):
            log.info("an import has been worked on")
