"""Adds survey answers that wait in this process’s memory to the counts, each minute.

It is not a recurring job (scheduler.py): only one process runs those, and each process has answers of its own.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from app.domain.cases.lifecycle.survey_buffer import add_full_groups
from app.gateways.workers.loop import run_worker_loop

log = logging.getLogger("aplus.survey")
RUN_INTERVAL = 60.0


class SurveyWorker:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def work(self) -> None:
        """Runs until cancelled. Answers that still wait then are lost: a group that is too small is never written."""
        await run_worker_loop(lambda: add_full_groups(self._clock()), every=RUN_INTERVAL, log=log)
