"""The health of the database: whether it accepts a write, what waits in it and since when.

Source: security.md 4.13, T70.
"""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from piccolo.columns.combination import And, Or, Where

from app.domain.cases.citizen import IDENTITY_COLUMNS, decode_citizen
from app.domain.email.failure import Failure
from app.domain.email.lost_invitations import build_lost_condition
from db.encryption import UnreadableError, list_keys
from db.engine import transaction
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.jobs import Job
from db.tables.search_tokens import SearchToken

PROBE = "readiness"
_UNSENT_STATES = ("waiting", "failed", "bounced", "held")


async def write_probe(now: datetime) -> None:
    """Commits one small row: unlike a SELECT, it fails on a full disk or a locked file. Raises the database's error."""
    async with transaction():
        row = Job(name=PROBE, due_at=now)
        await Job.insert(row).on_conflict(target=Job.name, action="DO UPDATE", values=[Job.due_at])


async def compute_email_delay(now: datetime) -> timedelta:
    """How long the most overdue email has been due, of those never tried and those that the relay itself stopped.

    What one recipient refuses, or is slow to take, is not counted. An email that waits for its slot is not late.
    """
    held_here = And(Email.state == "waiting", Email.failure.is_in(["", Failure.RELAY]))
    waiting = Email.select(Email.written_at, Email.slot).where(held_here)
    alone = await waiting.where(Email.slot.is_null()).order_by(Email.written_at).first()
    grouped = await (
        Email.select(Email.slot)
        .where(held_here, Email.slot.is_not_null(), Email.slot <= now)
        .order_by(Email.slot)
        .first()
    )
    since = [alone["written_at"]] if alone else []
    return max([now - moment for moment in since + ([grouped["slot"]] if grouped else [])], default=timedelta())


async def can_decrypt_latest_case() -> bool:
    """The latest case can be decrypted, and every search token has a key of the settings."""
    if await SearchToken.exists().where(_build_missing_key_condition()):
        return False
    row = await Case.select(Case.id, *IDENTITY_COLUMNS).order_by(Case.last_event, ascending=False).limit(1).first()
    try:
        return row is None or bool(decode_citizen(row["id"], row))
    except UnreadableError:
        return False


def _build_missing_key_condition() -> Or | And | Where:
    """Ranges between the ids of known keys: the index skips all rows that have a known key."""
    names = sorted(key.id for key in list_keys())
    missing: Or | And | Where = Or(SearchToken.key_id < names[0], SearchToken.key_id > names[-1])
    for name, following in pairwise(names):
        missing = Or(missing, And(SearchToken.key_id > name, SearchToken.key_id < following))
    return missing


async def count_unsent_emails() -> Counter[str]:
    """By state: « waiting », « failed » after three days, « bounced » by a recipient, « held » since a restore."""
    return Counter({state: await Email.count().where(Email.state == state) for state in _UNSENT_STATES})


async def count_lost_emails() -> int:
    """Those of a dead mailbox are not counted: its person or its team is « injoignable »."""
    return int(await Email.count().where(build_lost_condition()))


async def list_overdue_jobs(now: datetime) -> dict[str, timedelta]:
    """Job name -> how long it has been due; zero when it is not due yet."""
    rows = await Job.select(Job.name, Job.due_at).where(Job.name != PROBE)
    return {row["name"]: max(timedelta(), now - row["due_at"]) for row in rows}
