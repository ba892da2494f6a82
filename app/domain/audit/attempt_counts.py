"""What people who are not signed in do is counted, hour by hour. The trail, which cannot be deleted, hardly grows.

The trail has one line an hour for an action and an account that exists (ASVS 16.3.1); an unknown address has none. The
rows are bounded: one for an account, and one for each of the hour's first networks, in which the others are one. Both
cost the same questions to the database, and the journal has each. Source: issue 14, 22.
"""

import logging
from datetime import UTC, datetime, timedelta

from app.domain.audit.log import get_origin
from db.engine import on_commit, transaction
from db.tables import AttemptCount, AuditEntry

log = logging.getLogger("aplus.audit")
MAX_NETWORKS = 100
"""For an action and an hour."""
RETENTION = timedelta(days=30)


async def record_attempt(action: str, *, about: int | None, now: datetime) -> None:
    """about: the account that it concerned, if there is one."""
    hour = compute_hour(now)
    async with transaction():
        network = await _find_counted_network(action, hour)
        whom = f"account {about}" if about else network
        key = f"{hour} {action} {whom}"
        await AttemptCount.raw(_INCREMENT_QUERY, key, hour, action, about or 0, "" if about else network)
        origin = get_origin()
        await AuditEntry.raw(_FIRST_ENTRY_QUERY, now, action, about, origin.network, origin.browser, key)
        on_commit(lambda: log.info("audit_entry", extra={"action": action, "person": None}))


_INCREMENT_QUERY = """INSERT INTO attempt_count (key, hour, action, account_id, network, times)
    VALUES ({}, {}, {}, {}, {}, 1)
    ON CONFLICT (key) DO UPDATE SET times = attempt_count.times + 1"""
_FIRST_ENTRY_QUERY = """INSERT INTO audit_log (happened_at, action, target_person_id, network, browser)
    SELECT {}, {}, {}, {}, {} FROM attempt_count WHERE key = {} AND account_id > 0 AND times = 1"""
"""The same statement whether or not the account exists: the time of an answer tells nothing."""
_NETWORKS_QUERY = """SELECT count(*) AS networks, max(CASE WHEN network = {} THEN 1 ELSE 0 END) AS known
    FROM attempt_count WHERE hour = {} AND action = {} AND account_id = 0"""


async def _find_counted_network(action: str, hour: int) -> str:
    """Empty once so many others are counted in this hour."""
    network = get_origin().network
    row = (await AttemptCount.raw(_NETWORKS_QUERY, network, hour, action))[0]
    return network if row["known"] or row["networks"] < MAX_NETWORKS else ""


def compute_hour(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp() // 3600)


async def delete_old_counts(now: datetime) -> int:
    """How many rows older than thirty days went."""
    old = AttemptCount.hour < compute_hour(now - RETENTION)
    return len(await AttemptCount.delete().where(old).returning(AttemptCount.key))
