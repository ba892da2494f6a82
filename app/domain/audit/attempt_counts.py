"""What people who are not signed in do is counted, hour by hour. The trail, which cannot be deleted, hardly grows.

The trail has one line an hour for an action and an account that exists (ASVS 16.3.1); an unknown address has none. The
rows are bounded: one for an account, and one for each of the hour's first networks, in which the others are one. Both
cost the same questions to the database, and the journal has each. Source: issue 14, 22.
"""

import logging
from datetime import UTC, datetime, timedelta

from app.domain.audit.log import current_origin
from db.engine import on_commit, transaction
from db.tables import AttemptCount, Audit

log = logging.getLogger("aplus.trail")
MOST_NETWORKS = 100
"""For an action and an hour."""
KEPT = timedelta(days=30)


async def note_attempt(action: str, *, about: int | None, now: datetime) -> None:
    """about: the account that it concerned, if there is one."""
    hour = hour_of(now)
    async with transaction():
        network = await _counted_network(action, hour)
        whom = f"account {about}" if about else network
        key = f"{hour} {action} {whom}"
        await AttemptCount.raw(_COUNT, key, hour, action, about or 0, "" if about else network)
        origin = current_origin()
        await Audit.raw(_LINE, now, action, about, origin.network, origin.browser, key)
        on_commit(lambda: log.info("trail", extra={"action": action, "person": None}))


_COUNT = """INSERT INTO attempt_count (key, hour, action, about, network, times) VALUES ({}, {}, {}, {}, {}, 1)
    ON CONFLICT (key) DO UPDATE SET times = attempt_count.times + 1"""
_LINE = """INSERT INTO audit (happened_at, action, about_id, network, browser)
    SELECT {}, {}, {}, {}, {} FROM attempt_count WHERE key = {} AND about > 0 AND times = 1"""
"""The same statement whether or not the account exists: the time of an answer tells nothing."""
_KNOWN = """SELECT count(*) AS networks, max(CASE WHEN network = {} THEN 1 ELSE 0 END) AS known FROM attempt_count
    WHERE hour = {} AND action = {} AND about = 0"""


async def _counted_network(action: str, hour: int) -> str:
    """Empty once so many others are counted in this hour."""
    network = current_origin().network
    row = (await AttemptCount.raw(_KNOWN, network, hour, action))[0]
    return network if row["known"] or row["networks"] < MOST_NETWORKS else ""


def hour_of(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp() // 3600)


async def forget_counts(now: datetime) -> int:
    """How many rows older than thirty days went."""
    old = AttemptCount.hour < hour_of(now - KEPT)
    return len(await AttemptCount.delete().where(old).returning(AttemptCount.key))
