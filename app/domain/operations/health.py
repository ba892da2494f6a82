"""What can be asked of the database about its own health: does it take a write, what waits in it, since when.

Source: security.md 4.13, T70.
"""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from piccolo.columns.combination import And, Or, Where

from app.domain.cases.citizen import IDENTITY, citizen_of
from db.encryption import UnreadableError, keys
from db.engine import transaction
from db.tables import Case, CaseWord, Job, Letter

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


async def what_is_sealed_opens() -> bool:
    """The latest case opens, and no case is found by marks of a key that the settings do not hold."""
    if await CaseWord.exists().where(_under_a_key_that_is_not_here()):
        return False
    row = await Case.select(Case.id, *IDENTITY).order_by(Case.last_event, ascending=False).limit(1).first()
    try:
        return row is None or bool(citizen_of(row["id"], row))
    except UnreadableError:
        return False


def _under_a_key_that_is_not_here() -> Or | And | Where:
    """Between the names of those that are: the index jumps over every row that is well."""
    names = sorted(key.id for key in keys())
    missing: Or | And | Where = Or(CaseWord.key < names[0], CaseWord.key > names[-1])
    for name, following in pairwise(names):
        missing = Or(missing, And(CaseWord.key > name, CaseWord.key < following))
    return missing


async def letters_by_state() -> Counter[str]:
    """Those that have not left: « waiting », « failed » after three days, « held » since a restore."""
    return Counter({state: await Letter.count().where(Letter.state == state) for state in _LATE})


async def overdue_jobs(now: datetime) -> dict[str, timedelta]:
    """For each recurring job, how long its hour has been past: nothing while it is to come."""
    rows = await Job.select(Job.name, Job.due_at).where(Job.name != PROBE)
    return {row["name"]: max(timedelta(), now - row["due_at"]) for row in rows}
