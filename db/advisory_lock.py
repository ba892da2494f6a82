"""Makes transactions that name the same thing wait for each other, for rules that count rows before they add one."""

import hashlib

from db.engine import is_postgres
from db.tables.rate_limits import RateLimitHit


async def take_advisory_locks(*names: str) -> None:
    """Holds the locks until the surrounding transaction ends. They are taken in sorted order, which prevents deadlocks.

    On SQLite a transaction that writes is alone.
    """
    if is_postgres():
        for name in sorted(names):
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:7])
            await RateLimitHit.raw("SELECT pg_advisory_xact_lock({})", number)
