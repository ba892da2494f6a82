"""What can be asked of the database about its own health: does it take a write, what waits in it, since when.

Source: security.md 4.13, T70.
"""

from collections import Counter
from datetime import datetime, timedelta

from db.engine import transaction
from db.tables import Job, Letter

PROBE = "readiness"
_LATE = ("waiting", "failed", "held")


async def write_something(now: datetime) -> None:
    """One small committed row: a full disk or a locked file shows here, not in a SELECT. Raises what it meets."""
    async with transaction():
        row = Job(name=PROBE, due_at=now)
        await Job.insert(row).on_conflict(target=Job.name, action="DO UPDATE", values=[Job.due_at])


async def oldest_waiting_letter(now: datetime) -> timedelta:
    """How long the letter that has waited longest should have left. One that waits for its slot is not late."""
    waiting = Letter.select(Letter.written_at, Letter.slot).where(Letter.state == "waiting")
    alone = await waiting.where(Letter.slot.is_null()).order_by(Letter.written_at).first()
    grouped = await (
        Letter.select(Letter.slot)
        .where(Letter.state == "waiting", Letter.slot.is_not_null(), Letter.slot <= now)
        .order_by(Letter.slot)
        .first()
    )
    since = [alone["written_at"]] if alone else []
    return max([now - moment for moment in since + ([grouped["slot"]] if grouped else [])], default=timedelta())


async def letters_by_state() -> Counter[str]:
    """Those that have not left: « waiting », « failed » after three days, « held » since a restore."""
    return Counter({state: await Letter.count().where(Letter.state == state) for state in _LATE})


async def overdue_jobs(now: datetime) -> dict[str, timedelta]:
    """For each recurring job, how long its hour has been past: nothing while it is to come."""
    rows = await Job.select(Job.name, Job.due_at).where(Job.name != PROBE)
    return {row["name"]: max(timedelta(), now - row["due_at"]) for row in rows}
