"""Each minute, adds the survey answers that wait in this process's memory: each process has its own.

Not one of the jobs of the clock (scheduler.py): a single process runs each of those.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from app.domain.cases.lifecycle.survey_waiting import add_full_groups
from app.gateways.workers.loop import run_worker_loop

log = logging.getLogger("aplus.survey")
RUN_INTERVAL = 60.0


class SurveyWorker:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def work(self) -> None:
        """Until cancelled. What waits then is lost: nothing is written at a stop."""
        await run_worker_loop(lambda: add_full_groups(self._clock()), every=RUN_INTERVAL, log=log)
