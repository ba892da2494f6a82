"""What can be asked of the database about its own health: does it take a write, what waits in it, since when.

Source: security.md 4.13, T70.
"""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from piccolo.columns.combination import And, Or, Where

from app.domain.cases.citizen import IDENTITY_COLUMNS, decode_citizen
from db.encryption import UnreadableError, list_keys
from db.engine import transaction
from db.tables import Case, Email, Job, SearchToken

PROBE = "readiness"
_UNSENT_STATES = ("waiting", "failed", "held")


async def write_probe(now: datetime) -> None:
    """One small committed row: a full disk or a locked file shows here, not in a SELECT. Raises what it meets."""
    async with transaction():
        row = Job(name=PROBE, due_at=now)
        await Job.insert(row).on_conflict(target=Job.name, action="DO UPDATE", values=[Job.due_at])


async def compute_email_delay(now: datetime) -> timedelta:
    """How long the letter that has waited longest should have left. One that waits for its slot is not late."""
    waiting = Email.select(Email.written_at, Email.slot).where(Email.state == "waiting")
    alone = await waiting.where(Email.slot.is_null()).order_by(Email.written_at).first()
    grouped = await (
        Email.select(Email.slot)
        .where(Email.state == "waiting", Email.slot.is_not_null(), Email.slot <= now)
        .order_by(Email.slot)
        .first()
    )
    since = [alone["written_at"]] if alone else []
    return max([now - moment for moment in since + ([grouped["slot"]] if grouped else [])], default=timedelta())


async def can_decrypt_latest_case() -> bool:
    """The latest case opens, and no case is found by marks of a key that the settings do not hold."""
    if await SearchToken.exists().where(_build_missing_key_condition()):
        return False
    row = await Case.select(Case.id, *IDENTITY_COLUMNS).order_by(Case.last_event, ascending=False).limit(1).first()
    try:
        return row is None or bool(decode_citizen(row["id"], row))
    except UnreadableError:
        return False


def _build_missing_key_condition() -> Or | And | Where:
    """Between the names of those that are: the index jumps over every row that is well."""
    names = sorted(key.id for key in list_keys())
    missing: Or | And | Where = Or(SearchToken.key_id < names[0], SearchToken.key_id > names[-1])
    for name, following in pairwise(names):
        missing = Or(missing, And(SearchToken.key_id > name, SearchToken.key_id < following))
    return missing


async def count_unsent_emails() -> Counter[str]:
    """Those that have not left: « waiting », « failed » after three days, « held » since a restore."""
    return Counter({state: await Email.count().where(Email.state == state) for state in _UNSENT_STATES})


async def list_overdue_jobs(now: datetime) -> dict[str, timedelta]:
    """For each recurring job, how long its hour has been past: nothing while it is to come."""
    rows = await Job.select(Job.name, Job.due_at).where(Job.name != PROBE)
    return {row["name"]: max(timedelta(), now - row["due_at"]) for row in rows}
