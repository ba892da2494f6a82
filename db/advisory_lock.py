"""One at a time, whoever names the same thing: for rules that count rows before they add one."""

import hashlib

from db.engine import is_postgres
from db.tables import RateLimitHit


async def take_advisory_locks(*names: str) -> None:
    """Until the transaction around it ends. Several are taken in one order, so that nobody waits for nobody.

    On SQLite a transaction that writes is alone anyway.
    """
    if is_postgres():
        for name in sorted(names):
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:7])
            await RateLimitHit.raw("SELECT pg_advisory_xact_lock({})", number)
