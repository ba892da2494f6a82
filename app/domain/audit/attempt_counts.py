"""Counts by hour what visitors who are not signed in do. The audit log, which cannot be deleted, thus hardly grows.

The audit log gets one entry an hour for an action and an existing account (ASVS 16.3.1), and none for an unknown
address. The number of rows is bounded: one for an account, and one for each of the hour's first networks; the others
share one. Known and unknown addresses cost the same queries. Each attempt is also logged. Source: issue 14, 22.
"""

import logging
from datetime import UTC, datetime, timedelta

from app.domain.audit.log import get_origin
from db.engine import on_commit, transaction
from db.tables.audit import AttemptCount, AuditEntry

log = logging.getLogger("aplus.audit")
MAX_NETWORKS = 100
"""Per action and hour."""
RETENTION = timedelta(days=30)


async def record_attempt(action: str, *, about: int | None, now: datetime) -> None:
    """about: id of the account concerned, if there is one."""
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
"""The same statement whether or not the account exists, so that response time reveals nothing."""
_NETWORKS_QUERY = """SELECT count(*) AS networks, max(CASE WHEN network = {} THEN 1 ELSE 0 END) AS known
    FROM attempt_count WHERE hour = {} AND action = {} AND account_id = 0"""


async def _find_counted_network(action: str, hour: int) -> str:
    """Returns an empty text for the networks beyond MAX_NETWORKS in this hour."""
    network = get_origin().network
    row = (await AttemptCount.raw(_NETWORKS_QUERY, network, hour, action))[0]
    return network if row["known"] or row["networks"] < MAX_NETWORKS else ""


def compute_hour(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp() // 3600)


async def delete_old_counts(now: datetime) -> int:
    """Returns the number of deleted rows, which are older than thirty days."""
    old = AttemptCount.hour < compute_hour(now - RETENTION)
    return len(await AttemptCount.delete().where(old).returning(AttemptCount.key))
