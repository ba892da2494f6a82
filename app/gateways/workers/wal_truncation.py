"""Empties SQLite’s write-ahead log (the -wal file), so that deleted content stays there for an hour at most.

It is not a recurring job (app/domain/operations/jobs.py) because those do not run during maintenance. It tries every
half hour, then every minute while a reader blocks it. After an hour /readyz reports it.
"""

import logging
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from app.gateways.workers.loop import run_worker_loop
from db.engine import get_current_engine, purge_deleted_data
from db.sqlite_engine import PooledSQLiteEngine

log = logging.getLogger("aplus.database")
RUN_INTERVAL, TRUNCATION_INTERVAL, MAX_WAL_AGE = 60.0, timedelta(minutes=30), timedelta(hours=1)
OUR_READ, OTHER_PROCESS = "journal-lecture", "journal-autre-processus"
"""What /readyz reports: a SELECT of this server that does not end, or another program that has the database open."""
LONG_READ_SECONDS = 30.0
"""No page reads for so many seconds."""


class WalTruncator:
    blocked_by = ""
    """OUR_READ or OTHER_PROCESS once the log could not be emptied for an hour; otherwise empty."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._last_truncated_at, self._emptied = clock, clock(), False

    async def work(self) -> None:
        """Runs until cancelled."""
        await run_worker_loop(self.truncate_when_due, every=RUN_INTERVAL, log=log)

    async def truncate_when_due(self) -> None:
        """A clock that went back counts as half an hour."""
        now = self._clock()
        if self._emptied and timedelta() <= now - self._last_truncated_at < TRUNCATION_INTERVAL:
            return
        if await purge_deleted_data():
            self._last_truncated_at, self._emptied, self.blocked_by = now, True, ""
        elif now - self._last_truncated_at >= MAX_WAL_AGE:
            self.blocked_by = _find_blocker()
            log.warning("write-ahead log not truncated: %s", _describe_blocker(self.blocked_by))


def _find_blocker() -> str:
    engine = get_current_engine()
    ours = isinstance(engine, PooledSQLiteEngine) and engine.measure_longest_read() > LONG_READ_SECONDS
    return OUR_READ if ours else OTHER_PROCESS


def _describe_blocker(name: str) -> str:
    """For the log only: includes the ids of the other processes."""
    engine = get_current_engine()
    if name == OUR_READ or not isinstance(engine, PooledSQLiteEngine):
        return name
    return " ".join([name, *sorted(_list_processes_with_open(Path(engine.path).resolve()))])


def _list_processes_with_open(database: Path) -> Iterator[str]:
    """Process ids. Sees Linux processes of the same account only."""
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) != os.getpid() and database in _list_open_files(process):
            yield process.name


def _list_open_files(process: Path) -> set[Path]:
    try:
        return {Path(os.readlink(one)) for one in (process / "fd").iterdir()}
    except OSError:
        return set()
