"""Whether this process can do its work: what is wrong, by name, and nothing of the inside.

Asked by machines, as often as they like: answered from memory for a second. Source: security.md 4.13, T70.
"""

import asyncio
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from app.domain.operations.health import oldest_waiting_letter, what_is_sealed_opens, write_something
from app.domain.platform.state import in_maintenance
from app.gateways.workers.heartbeat import Pulse
from app.gateways.workers.wal_truncation import LogKeeper
from db.pending import pending_migrations

log = logging.getLogger("aplus.health")
FRESH = 1.0
PATIENCE = 3.0
LEAST_DISK = 200 * 1024 * 1024
LONGEST_WAIT = timedelta(minutes=30)


class Readiness:
    """docs/operations.md says what each name means and what to do."""

    def __init__(
        self, folder: Path, pulse: Pulse, clock: Callable[[], datetime], log_keeper: LogKeeper | None = None
    ) -> None:
        self._folder, self._pulse, self._clock, self._log_keeper = folder, pulse, clock, log_keeper
        self._asking: asyncio.Task[tuple[str, ...]] | None = None
        self._known: tuple[str, ...] = ()
        self._until = 0.0

    async def wrong(self) -> tuple[str, ...]:
        """A database that is silent for three seconds is wrong: who asks is not kept waiting, nor is it asked twice."""
        if time.monotonic() < self._until:
            return self._known
        asking = self._asking = self._asking or asyncio.create_task(self._look())
        await asyncio.wait({asking}, timeout=PATIENCE)
        if not asking.done():
            return ("base",)
        if self._asking is asking:  # the first of those who waited for it
            self._known, self._until, self._asking = asking.result(), time.monotonic() + FRESH, None
        return asking.result()

    async def _look(self) -> tuple[str, ...]:
        checks: dict[str, Callable[[], Awaitable[bool]]] = {
            "base": self._database_writes,
            "migrations": self._nothing_pending,
            "cles": what_is_sealed_opens,
            "courrier": self._letters_leave,
            "taches": self._workers_turn,
            "disque": self._disk_has_room,
        }
        log_busy = self._log_keeper.kept_busy_by if self._log_keeper else ""
        found = [name for name, holds in checks.items() if not await _answers(name, holds)]
        return tuple([*found, log_busy] if log_busy else found)

    async def _database_writes(self) -> bool:
        if not await in_maintenance():
            await write_something(self._clock())
        return True

    async def _nothing_pending(self) -> bool:
        return not await pending_migrations()

    async def _letters_leave(self) -> bool:
        """Letters wait while maintenance lasts: that is no fault."""
        return await in_maintenance() or await oldest_waiting_letter(self._clock()) < LONGEST_WAIT

    async def _workers_turn(self) -> bool:
        return self._pulse.alive

    async def _disk_has_room(self) -> bool:
        return shutil.disk_usage(self._folder).free >= LEAST_DISK


async def _answers(name: str, holds: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await holds()
    except Exception as failure:
        log.warning("not ready: %s, %s", name, type(failure).__name__)
        return False
