"""When the last backup was made: a row of the jobs, which it writes itself, due again within 26 hours.

Without one nothing is said: whoever makes copies in another way is not told every day that they make none. Source:
security.md 4.13.
"""

import logging
from datetime import datetime, timedelta

from app.domain.platform.state import is_in_maintenance
from db.tables import Job

JOB_NAME = "backup"
MAX_AGE = timedelta(hours=26)
"""A day, and the time that a night's backup takes."""
log = logging.getLogger("aplus.backups")


async def record_backup(now: datetime) -> None:
    """Once its file is whole. Not in maintenance: nothing is written then, and that copy is made to move."""
    if not await is_in_maintenance():
        row = Job(name=JOB_NAME, due_at=now + MAX_AGE)
        await Job.insert(row).on_conflict(target=Job.name, action="DO UPDATE", values=[Job.due_at])


async def find_backup_age(now: datetime) -> timedelta | None:
    """None where none was ever made."""
    row = await Job.select(Job.due_at).where(Job.name == JOB_NAME).first()
    return now - row["due_at"] + MAX_AGE if row else None


async def warn_of_old_backup(now: datetime) -> int:
    """A line of the journal each day that the last one is too old."""
    age = await find_backup_age(now)
    if age is None or age <= MAX_AGE:
        return 0
    log.warning("the last backup is %d hours old", age // timedelta(hours=1))
    return 1
