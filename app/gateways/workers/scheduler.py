"""Runs the recurring jobs that are due, each minute."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from app.domain.operations.jobs import RecurringJob, run_due_jobs
from app.gateways.workers.loop import run_worker_loop

log = logging.getLogger("aplus.jobs")
RUN_INTERVAL = 60.0


class Scheduler:
    def __init__(self, jobs: Sequence[RecurringJob], clock: Callable[[], datetime]) -> None:
        self._jobs, self._clock = jobs, clock

    async def work(self) -> None:
        """Runs until cancelled."""
        await run_worker_loop(lambda: run_due_jobs(self._jobs, self._clock()), every=RUN_INTERVAL, log=log)
