"""bin/bench migrations [cases]: runs each migration with 100,000 cases while a reader works, then moves the data.

Tables are filled once they exist, with rows of any kind (app/tests/support/rows.py), as in an installation that ran
every migration. The reader is another process that asks for a list and a case without a pause. The table gives its
longest wait. The last two lines are python -m app move, there and back.
"""

import asyncio
import contextlib
import io
import pkgutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import asyncpg
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cli.move.copy_rows import move_rows
from app.tests.support.postgres_cluster import run_own_cluster
from app.tests.support.rows import FixedValues, fill_tables, open_raw_database
from db import migrations
from db.engine import build_engine, use_engine

Report = Callable[[float, int], bool]
"""Receives the longest read and the number of deadlocks; returns whether that is enough."""
CASES = 100_000
FOR_EACH_CASE = {
    "message": 3,
    "event": 5,
    "audit_log": 5,
    "recipient": 1.5,
    "case_organisation": 1.5,
    "read_receipt": 2,
}
FOR_EACH_CASE |= {"cases": 1, "case_field": 1, "mandate": 1, "email": 1, "attachment": 0.3, "person": 0.2}
FOR_EACH_CASE |= {"membership": 0.2, "sms": 0.2, "sms_reply": 0.1, "team": 0.03, "team_area": 0.03, "session": 0.02}
REST = 40
"""Rows of each other table, and the least of any table."""
MEANT: FixedValues = {
    "cases.status": ["new", "draft", "seen", "answered", "closed"],
    "cases.next_side": ["referent", "agent", ""],
    "event.kind": ["sent", "message", "seen", "completed", "handled", "irrelevant", "transferred", "team_closed"],
    "platform.maintenance_since": [datetime(2026, 11, 24, tzinfo=UTC)],
}
LIST = "SELECT id, subject FROM cases ORDER BY last_event DESC LIMIT 30"
LATEST = "SELECT id FROM cases ORDER BY last_event DESC LIMIT 1"
ONE = f'SELECT m.body FROM message m JOIN cases c ON c.id = m."case" WHERE c.id = ({LATEST}) LIMIT 40'  # noqa: S608 # nosec B608


def measure() -> int:
    """Prints the table. Returns 1 when a row was lost."""
    cases = int(sys.argv[2]) if len(sys.argv) > 2 else CASES
    print(f"{'database':12} {'migration':30} {'seconds':>8} {'longest read, ms':>17} {'reads refused':>14}")
    with tempfile.TemporaryDirectory(prefix="aplus-bench-") as folder, run_own_cluster() as cluster:
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'aplus.sqlite'}", "PostgreSQL": cluster.create_database("one")}
        for name, url in urls.items():
            asyncio.run(_migrate(name, url, cases))
        there, back = cluster.create_database("two"), f"sqlite:///{Path(folder) / 'back.sqlite'}"
        alike = [
            _moved("SQLite to PostgreSQL", urls["SQLite"], there),
            _moved("PostgreSQL to SQLite", there, back),
        ]
    return 0 if all(alike) else 1


def steps() -> list[tuple[str, str]]:
    """(ID, name), in the order in which they run."""
    names = [found.name for found in pkgutil.iter_modules(migrations.__path__)]
    return sorted((import_module(f"db.migrations.{name}").ID, name) for name in names)


async def _migrate(database: str, url: str, cases: int) -> None:
    use_engine(build_engine(url))
    known: set[str] = set()
    for at, (step, name) in enumerate(steps()):
        with _reading(url if at else "") as found:
            started = time.perf_counter()
            await _forward(step)
            seconds = time.perf_counter() - started
            time.sleep(0.05)  # noqa: ASYNC251  the reader's last answer
            waited, refused = found()
        print(f"{database:12} {name:30} {seconds:8.1f} {waited * 1000:17.0f} {refused:14}", flush=True)
        known = await _fill(url, known, cases)


async def _forward(step: str) -> None:
    found = io.StringIO()
    with contextlib.redirect_stdout(found):
        done = await run_forwards("db", migration_id=step)
    assert done.success, found.getvalue()


async def _fill(url: str, known: set[str], cases: int) -> set[str]:
    """Returns the tables that are new."""

    def rows(table: str) -> int:
        return 0 if table in known else max(REST, int(cases * FOR_EACH_CASE.get(table, 0)))

    async with open_raw_database(url) as database:
        await fill_tables(database, rows, MEANT)
        return set(await database.list_tables())


@contextmanager
def _reading(url: str) -> Iterator[Callable[[], tuple[float, int]]]:
    """A function that returns the reader’s longest wait in seconds, and how often it was rolled back by a deadlock."""
    context = get_context("spawn")
    longest, refused, stop = context.Value("d", 0.0), context.Value("i", 0), context.Event()
    reader = context.Process(target=read_until, args=(url, longest, refused, stop), daemon=True)
    if url:
        reader.start()
        while not longest.value:
            assert reader.exitcode is None, "the reader has died"
            time.sleep(0.01)
        longest.value = 0.0
    try:
        yield lambda: (float(longest.value), int(refused.value))
        assert not url or reader.exitcode is None, "the reader has died"
    finally:
        stop.set()
        if url:
            reader.join()


def read_until(url: str, longest: Any, refused: Any, stop: Any) -> None:
    read = _read_sqlite if url.startswith("sqlite") else _read_postgres

    def told(seconds: float, failures: int) -> bool:
        longest.value = max(longest.value, seconds)
        refused.value += failures
        return bool(stop.is_set())

    read(url, told)


def _read_sqlite(url: str, told: Report) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=600)) as connection:
        while True:
            started = time.perf_counter()
            for sql in (LIST, ONE):
                connection.execute(sql).fetchall()
            if told(time.perf_counter() - started, 0):
                return


def _read_postgres(url: str, told: Report) -> None:
    async def work() -> None:
        connection = await asyncpg.connect(url, statement_cache_size=0)
        while True:
            started, refused = time.perf_counter(), 0
            try:
                for sql in (LIST, ONE):
                    await connection.fetch(sql)
            except asyncpg.DeadlockDetectedError:
                refused = 1
            if told(time.perf_counter() - started, refused):
                return

    asyncio.run(work())


def _moved(name: str, source: str, target: str) -> bool:
    started = time.perf_counter()
    lines = asyncio.run(move_rows(source, target))
    seconds, rows = time.perf_counter() - started, sum(line.source.rows for line in lines)
    print(f"{'move':12} {name:30} {seconds:8.1f} {rows:17,} rows", flush=True)
    return all(line.is_same for line in lines)
