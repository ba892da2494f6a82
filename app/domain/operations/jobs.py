"""Runs recurring jobs when they are due. The process that moves a job's due time runs it, so each run happens once.

A failed run is retried soon. A killed run waits for its next time: every job continues where it stopped.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.platform.state import is_in_maintenance
from db.tables.jobs import Job

log = logging.getLogger("aplus.jobs")
RETRY_DELAY = timedelta(minutes=10)


@dataclass(frozen=True)
class RecurringJob:
    """`name` is stored in the job's row. `run` receives the current time and returns how many items it processed."""

    name: str
    every: timedelta
    run: Callable[[datetime], Awaitable[int]]


async def run_due_jobs(jobs: Sequence[RecurringJob], now: datetime) -> None:
    """No job runs in maintenance: due jobs run after it."""
    if await is_in_maintenance():
        return
    for job in jobs:
        await Job.insert(Job(name=job.name, due_at=now)).on_conflict(target=Job.name, action="DO NOTHING")
        if await _claim_job(job, now):
            await _run_job(job, now)


async def _claim_job(job: RecurringJob, now: datetime) -> bool:
    taken = await (
        Job.update({Job.due_at: now + job.every}).where(Job.name == job.name, Job.due_at <= now).returning(Job.name)
    )
    return bool(taken)


async def _run_job(job: RecurringJob, now: datetime) -> None:
    try:
        done = await job.run(now)
    except Exception:
        log.exception("the job %s stopped", job.name)
        await Job.update({Job.due_at: now + RETRY_DELAY}).where(Job.name == job.name)
    else:
        often_for_nothing = not done and job.every < RETRY_DELAY
        log.log(logging.DEBUG if often_for_nothing else logging.INFO, "the job %s did %s", job.name, done)
