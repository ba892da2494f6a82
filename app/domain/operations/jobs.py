"""What happens by itself, when its hour has come: whoever moves a job's hour on runs it, so that each run is one.

A run that fails is tried again soon; one that is killed, at its next hour: every job goes on where it stopped.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.platform.state import is_in_maintenance
from db.tables import Job

log = logging.getLogger("aplus.jobs")
RETRY_DELAY = timedelta(minutes=10)


@dataclass(frozen=True)
class RecurringJob:
    """name is the row's; run is given the hour and returns how much it did."""

    name: str
    every: timedelta
    run: Callable[[datetime], Awaitable[int]]


async def run_due_jobs(jobs: Sequence[RecurringJob], now: datetime) -> None:
    """In maintenance none runs: what is due then runs after."""
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
