"""Looks at the clock each minute, and runs the jobs whose hour has come."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from app.domain.operations.jobs import Recurring, run_due
from app.gateways.workers.loop import in_rounds

log = logging.getLogger("aplus.jobs")
ROUND = 60.0


class Timekeeper:
    def __init__(self, jobs: Sequence[Recurring], clock: Callable[[], datetime]) -> None:
        self._jobs, self._clock = jobs, clock

    async def work(self) -> None:
        """Until cancelled."""
        await in_rounds(lambda: run_due(self._jobs, self._clock()), every=ROUND, log=log)
