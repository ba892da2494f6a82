"""What is read where it is asked, and what is left to a thread: nothing long, nothing that waits."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from db import sqlite_inline
from db.sqlite_engine import PooledSQLiteEngine
from db.sqlite_inline import INLINE_TIMEOUT, InlineReader, open_inline_connection

ONE = "INSERT INTO many VALUES (?)"
LONG = "SELECT count(*) AS counted FROM many a, many b"
Asked = list[str]


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[PooledSQLiteEngine]:
    """Two thousand rows: all pairs of them take a thread some tenths of a second."""
    opened = PooledSQLiteEngine(str(tmp_path / "x.sqlite"))
    await opened.start()
    await opened._run_in_new_connection("CREATE TABLE many (id INTEGER)")
    await opened._run_in_new_connection("CREATE TABLE few (id INTEGER UNIQUE)")
    await opened._run_in_new_connection("INSERT INTO few VALUES (1)")
    await opened.writer.execute_many("INSERT INTO many VALUES (?)", [(number,) for number in range(2_000)])
    yield opened
    await opened.stop()


@pytest.fixture
def elsewhere(engine: PooledSQLiteEngine, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Grows by each question that goes to a thread."""
    asked: Asked = []
    lend = engine._borrow_connection
    monkeypatch.setattr(engine, "_borrow_connection", lambda sql: asked.append(sql) or lend(sql))  # type: ignore[func-returns-value]
    return asked


@pytest.fixture
def in_threads(engine: PooledSQLiteEngine, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Grows by each statement of the writer that goes to a thread."""
    asked: Asked = []
    execute = engine.writer.execute
    monkeypatch.setattr(engine.writer, "execute", lambda sql, *args: asked.append(sql) or execute(sql, *args))  # type: ignore[func-returns-value]
    return asked


async def test_a_short_read_needs_no_thread(
    engine: PooledSQLiteEngine, elsewhere: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sqlite_inline, "INLINE_TIMEOUT", 1.0
    )  # on a busy machine this process may rest for two milliseconds
    assert await engine._run_in_new_connection("SELECT id FROM many WHERE id = ?", [7]) == [{"id": 7}]
    assert not elsewhere


async def test_a_long_read_is_given_up_soon_and_read_by_a_thread(engine: PooledSQLiteEngine, elsewhere: Asked) -> None:
    began = time.thread_time()
    assert engine._inline_reader.try_read(LONG, ()) is None
    assert time.thread_time() - began < 10 * INLINE_TIMEOUT

    assert await engine._run_in_new_connection(LONG) == [{"counted": 4_000_000}]
    assert elsewhere == [LONG]


async def test_a_locked_file_is_not_waited_for(engine: PooledSQLiteEngine, tmp_path: Path) -> None:
    held = sqlite3.connect(tmp_path / "y.sqlite", isolation_level=None)
    held.execute("CREATE TABLE one (id INTEGER)")
    asking = open_inline_connection({"database": str(tmp_path / "y.sqlite")})
    held.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()

    assert InlineReader(asking).try_read("SELECT id FROM one", ()) is None
    assert time.monotonic() - began < 1
    asking.close()
    held.close()


async def test_in_a_transaction_a_row_is_written_and_read_where_it_is_asked_for(
    engine: PooledSQLiteEngine, in_threads: Asked
) -> None:
    async with engine.transaction() as transaction:
        ask = partial(engine._run_in_existing_connection, transaction.connection)
        assert await ask("INSERT INTO many VALUES (?) RETURNING id", [9999]) == [{"id": 9999}]
        assert await ask("SELECT id FROM many WHERE id = ?", [9999]) == [{"id": 9999}]
        assert in_threads == ["BEGIN IMMEDIATE"]

        await ask("DELETE FROM many WHERE id < ?", [1_000])
        assert await ask(LONG) == [{"counted": 1_001**2}], "given up here, and nothing undone"
    assert in_threads == ["BEGIN IMMEDIATE", "DELETE FROM many WHERE id < ?", LONG, "COMMIT"]


async def test_a_row_refused_in_a_transaction_undoes_it_all(engine: PooledSQLiteEngine) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        async with engine.transaction() as transaction:
            await engine._run_in_existing_connection(transaction.connection, "INSERT INTO few VALUES (?)", [2])
            await engine._run_in_existing_connection(transaction.connection, "INSERT INTO few VALUES (?)", [1])

    assert await engine._run_in_new_connection("SELECT id FROM few") == [{"id": 1}]


async def test_many_values_at_once_are_a_threads(engine: PooledSQLiteEngine, in_threads: Asked) -> None:
    async with engine.transaction() as transaction:
        ask = partial(engine._run_in_existing_connection, transaction.connection)
        many = "INSERT INTO many VALUES " + ", ".join(["(?)"] * 51)  # noqa: S608
        await ask(many, list(range(51)))
        await ask(ONE, [b"of a file" * 10_000])
        await ask(ONE, ["a"])
        assert in_threads == ["BEGIN IMMEDIATE", many, ONE]


async def test_after_a_row_one_may_still_give_up(engine: PooledSQLiteEngine) -> None:
    written = asyncio.Event()

    async def write_and_wait() -> None:
        async with engine.transaction() as transaction:
            await engine._run_in_existing_connection(transaction.connection, ONE, [9999])
            written.set()
            await asyncio.sleep(60)

    writing = asyncio.create_task(write_and_wait())
    await asyncio.wait_for(written.wait(), 10)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)

    assert not await engine._run_in_new_connection("SELECT id FROM many WHERE id = 9999")
    async with asyncio.timeout(10), engine.transaction():
        pass


async def test_nothing_follows_in_a_transaction_that_sqlite_undid(engine: PooledSQLiteEngine) -> None:
    with pytest.raises(sqlite3.OperationalError):
        async with engine.transaction() as transaction:
            await transaction.connection.execute("ROLLBACK")  # as a full disk does
            await engine._run_in_existing_connection(transaction.connection, ONE, [9999])

    assert not await engine._run_in_new_connection("SELECT id FROM many WHERE id = 9999")


def test_a_read_says_that_it_ended_its_transaction() -> None:
    """SQLite gives up everything when a read finds no room to put aside what was written."""

    class Full(sqlite3.Connection):
        def execute(self, *asked: object) -> sqlite3.Cursor:
            self.rollback()
            raise sqlite3.OperationalError("database or disk is full")

    raw = sqlite3.connect(":memory:", factory=Full)
    assert InlineReader(raw).try_read("SELECT 1", ()) is None, "outside, a thread asks again"
    sqlite3.Connection.execute(raw, "BEGIN")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        InlineReader(raw).try_read("SELECT 1", ())
    raw.close()


async def test_nothing_is_written_and_a_bad_question_is_answered_by_the_thread(
    engine: PooledSQLiteEngine,
) -> None:
    assert engine._inline_reader.try_read("INSERT INTO many VALUES (1)", ()) is None
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        await engine._run_in_new_connection("SELECT nothing FROM nowhere")


async def test_what_was_just_written_is_read(engine: PooledSQLiteEngine, elsewhere: Asked) -> None:
    await engine._run_in_new_connection("INSERT INTO many VALUES (9999)")
    elsewhere.clear()

    assert await engine._run_in_new_connection("SELECT id FROM many WHERE id = 9999") == [{"id": 9999}]
    assert not elsewhere


async def test_who_reads_a_thousand_times_gives_everybody_a_turn(engine: PooledSQLiteEngine) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    for number in range(1_000):
        await engine._run_in_new_connection("SELECT id FROM many WHERE id = ?", [number])
    beside.cancel()
    assert turns >= 1_000
