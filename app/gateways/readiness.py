"""Readiness checks of this process: the names of those that fail, without details.

Answers are cached for a second, because machines may ask at any rate. Source: security.md 4.13, T70.
"""

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from app.domain.email.post_office import is_relay_refusing_all
from app.domain.operations.health import can_decrypt_latest_case, compute_email_delay, write_probe
from app.domain.platform.state import is_in_maintenance
from app.gateways.workers.heartbeat import Heartbeat
from app.gateways.workers.wal_truncation import WalTruncator
from db.pending_migrations import list_pending_migrations

log = logging.getLogger("aplus.health")
CACHE_SECONDS = 1.0
CHECK_TIMEOUT = 3.0
MIN_FREE_DISK = 200 * 1024 * 1024
MAX_EMAIL_WAIT = timedelta(minutes=30)


class Readiness:
    """docs/operations.md explains each name and what to do."""

    def __init__(
        self,
        folder: Path,
        heartbeat: Heartbeat,
        clock: Callable[[], datetime],
        wal_truncator: WalTruncator | None = None,
    ) -> None:
        self._folder, self._pulse, self._clock, self._log_keeper = folder, heartbeat, clock, wal_truncator
        self._asking: asyncio.Task[tuple[str, ...]] | None = None
        self._known: tuple[str, ...] = ()
        self._until = 0.0

    async def list_failures(self) -> tuple[str, ...]:
        """Returns « base » when the checks take over three seconds. Simultaneous callers share one run."""
        if time.monotonic() < self._until:
            return self._known
        asking = self._asking = self._asking or asyncio.create_task(self._run_checks())
        await asyncio.wait({asking}, timeout=CHECK_TIMEOUT)
        if not asking.done():
            return ("base",)
        if self._asking is asking:  # only the first caller stores the result
            self._known, self._until, self._asking = asking.result(), time.monotonic() + CACHE_SECONDS, None
        return asking.result()

    async def _run_checks(self) -> tuple[str, ...]:
        checks: dict[str, Callable[[], Awaitable[bool]]] = {
            "base": self._can_write_database,
            "migrations": self._has_no_pending_migration,
            "cles": can_decrypt_latest_case,
            "courrier": self._can_send_emails,
            "taches": self._has_live_workers,
            "disque": self._has_disk_space,
        }
        log_busy = self._log_keeper.blocked_by if self._log_keeper else ""
        found = [name for name, holds in checks.items() if not await _run_check(name, holds)]
        return tuple([*found, log_busy] if log_busy else found)

    async def _can_write_database(self) -> bool:
        if not await is_in_maintenance():
            await write_probe(self._clock())
        return True

    async def _has_no_pending_migration(self) -> bool:
        return not await list_pending_migrations()

    async def _can_send_emails(self) -> bool:
        """Emails wait during maintenance: this is not a failure. Nor is a recipient that refuses one."""
        if await is_in_maintenance():
            return True
        now = self._clock()
        delayed = await compute_email_delay(now) >= MAX_EMAIL_WAIT
        return not delayed and not await is_relay_refusing_all(now, for_at_least=MAX_EMAIL_WAIT)

    async def _has_live_workers(self) -> bool:
        return self._pulse.is_alive

    async def _has_disk_space(self) -> bool:
        return shutil.disk_usage(self._folder).free >= MIN_FREE_DISK


async def _run_check(name: str, holds: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await holds()
    except Exception as failure:
        log.warning("not ready: %s, %s", name, type(failure).__name__)
        return False
