"""When the last backup was made: a row of the jobs, which is overdue after 26 hours. Source: security.md 4.13.

Without any backup there is no warning: the operator may make copies in another way.
"""

import logging
from datetime import datetime, timedelta

from app.domain.platform.state import is_in_maintenance
from db.tables.jobs import Job

JOB_NAME = "backup"
MAX_AGE = timedelta(hours=26)
"""One day, and the time that a night's backup takes."""
log = logging.getLogger("aplus.backups")


async def record_backup(now: datetime) -> None:
    """Call it when the file is complete. A backup in maintenance does not count: it serves to move the platform."""
    if not await is_in_maintenance():
        row = Job(name=JOB_NAME, due_at=now + MAX_AGE)
        await Job.insert(row).on_conflict(target=Job.name, action="DO UPDATE", values=[Job.due_at])


async def find_backup_age(now: datetime) -> timedelta | None:
    """None when there was never a backup."""
    row = await Job.select(Job.due_at).where(Job.name == JOB_NAME).first()
    return now - row["due_at"] + MAX_AGE if row else None


async def warn_of_old_backup(now: datetime) -> int:
    """Writes a line of the log each day that the last backup is too old. Returns the number of warnings."""
    age = await find_backup_age(now)
    if age is None or age <= MAX_AGE:
        return 0
    log.warning("the last backup is %d hours old", age // timedelta(hours=1))
    return 1
