"""The age of the last backup is known, and notified each day while it is too old."""

from datetime import datetime, timedelta

import pytest

from app.domain.operations.jobs import RecurringJob, run_due_jobs
from app.domain.operations.last_backup import MAX_AGE, find_backup_age, record_backup, warn_of_old_backup
from app.domain.platform.state import begin_maintenance


async def test_its_age_is_that_of_the_last_one_and_unknown_where_there_was_none(database: str, now: datetime) -> None:
    assert await find_backup_age(now) is None

    await record_backup(now - timedelta(days=3))
    await record_backup(now - timedelta(hours=2))

    assert await find_backup_age(now) == timedelta(hours=2)


@pytest.mark.parametrize(("hours", "told"), [(26, 0), (27, 1)])
async def test_one_that_is_too_old_is_told_once_a_day(
    database: str, now: datetime, caplog: pytest.LogCaptureFixture, hours: int, told: int
) -> None:
    await record_backup(now - timedelta(hours=hours))
    watch = [RecurringJob("old backup", timedelta(days=1), warn_of_old_backup)]

    for minutes in (0, 1, 600):
        await run_due_jobs(watch, now + timedelta(minutes=minutes))

    assert [line.getMessage() for line in caplog.records if line.name == "aplus.backups"] == [
        "the last backup is 27 hours old"
    ][:told]
    assert timedelta(hours=26) == MAX_AGE


async def test_in_maintenance_nothing_is_written(database: str, now: datetime) -> None:
    await begin_maintenance(None, now)
    await record_backup(now)

    assert await find_backup_age(now) is None


async def test_nothing_is_said_where_none_was_ever_made(
    database: str, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    assert await warn_of_old_backup(now) == 0 and not caplog.records
