"""Empties SQLite's log (the -wal file): what was withdrawn or deleted stays there for an hour at most.

A worker of its own rather than a job (app/domain/operations/jobs.py): it also works in maintenance, when no job runs
and nothing may be written. It tries each half hour, then each minute while a reader is in the way; after an hour
/readyz says so.
"""

import logging
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from app.gateways.workers.loop import in_rounds
from db.engine import current_engine, scrub
from db.sqlite_engine import PooledSQLiteEngine

log = logging.getLogger("aplus.database")
ROUND, EVERY, LATE = 60.0, timedelta(minutes=30), timedelta(hours=1)
OUR_READ, OTHER_PROCESS = "journal-lecture", "journal-autre-processus"
"""What /readyz says: a SELECT of this server that does not end, or another program that has the database open."""
LONG_READ = 30.0
"""Seconds: no page reads for so long."""


class LogKeeper:
    kept_busy_by = ""
    """OUR_READ or OTHER_PROCESS, once the log could not be emptied for an hour; empty again as soon as it could."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._began, self._emptied = clock, clock(), False

    async def work(self) -> None:
        """Until cancelled."""
        await in_rounds(self.look, every=ROUND, log=log)

    async def look(self) -> None:
        """A clock that went back counts as a half hour."""
        now = self._clock()
        if self._emptied and timedelta() <= now - self._began < EVERY:
            return
        if await scrub():
            self._began, self._emptied, self.kept_busy_by = now, True, ""
        elif now - self._began >= LATE:
            self.kept_busy_by = _busy_with()
            log.warning("the log of the database is kept busy: %s", _words_for_journal(self.kept_busy_by))


def _busy_with() -> str:
    engine = current_engine()
    ours = isinstance(engine, PooledSQLiteEngine) and engine.longest_read() > LONG_READ
    return OUR_READ if ours else OTHER_PROCESS


def _words_for_journal(name: str) -> str:
    """For the journal alone: with the numbers of the other processes."""
    engine = current_engine()
    if name == OUR_READ or not isinstance(engine, PooledSQLiteEngine):
        return name
    return " ".join([name, *sorted(_who_has_open(Path(engine.path).resolve()))])


def _who_has_open(database: Path) -> Iterator[str]:
    """Of the processes whose files we may see: Linux alone, our own account's."""
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) != os.getpid() and database in _files_of(process):
            yield process.name


def _files_of(process: Path) -> set[Path]:
    try:
        return {Path(os.readlink(one)) for one in (process / "fd").iterdir()}
    except OSError:
        return set()
