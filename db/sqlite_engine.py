"""A pooled SQLite engine: short queries run in the event loop (db/sqlite_inline.py), others in a thread, and writers
queue for IMMEDIATE transactions.

Piccolo’s own opens a connection and a thread for every query, and its transactions are DEFERRED: of 50 concurrent
read-then-write transactions 49 failed with « database is locked » (docs/decisions/0006).
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from piccolo.engine.sqlite import CONVERTERS, Savepoint, SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory

from db.private_files import make_file, restrict_to_owner
from db.read_only import check_writable
from db.sqlite_inline import InlineReader, fetch_rows, open_inline_connection
from db.transaction_end import TransactionEnd

READER_COUNT = 4
_MAX_INLINE_VALUES, _MAX_INLINE_SIZE = 50, 64_000
"""The largest insert that runs in the event loop: number of values, and their length in characters or bytes."""
LOCK_TIMEOUT = 30
"""Seconds that a connection waits for another one’s lock."""
TRUNCATION_ATTEMPTS, TRUNCATION_RETRY_DELAY = 20, 0.1
"""Attempts to empty the log, and seconds between them."""
SYNCHRONOUS = "FULL"
"""One fsync for each commit: an acknowledged write survives a power cut. With NORMAL the last commits could be lost."""
_CONVERTER_CACHE_SIZE = 20_000
"""Values of each type: the ids and times of a day’s work."""
for _kind in ("INTEGER", "BOOLEAN", "UUID", "TIMESTAMPTZ"):  # ids and times repeat often
    sqlite3.register_converter(_kind, lru_cache(_CONVERTER_CACHE_SIZE)(CONVERTERS[_kind]))
logging.getLogger("piccolo.engine.base").setLevel(logging.WARNING)  # Piccolo logs SQLite's version at each start


class Connection:
    """An sqlite3 connection. Its queries run in the engine’s threads, or inline in the event loop."""

    def __init__(self, threads: ThreadPoolExecutor, options: dict[str, Any], synchronous: str) -> None:
        self._threads = threads
        self._raw = sqlite3.connect(check_same_thread=False, timeout=LOCK_TIMEOUT, **options)
        self._raw.row_factory = dict_factory
        self._glance = InlineReader(self._raw)
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON", f"synchronous = {synchronous}"):
            self._raw.execute(f"PRAGMA {pragma}")

    def require_transaction(self) -> None:
        """Raises OperationalError when SQLite has undone the transaction, as it does for a full disk."""
        if not self._raw.in_transaction:
            undone = sqlite3.OperationalError("the transaction was undone")
            undone.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise undone

    def try_inline(self, sql: str, args: Sequence[Any]) -> list[dict[str, Any]] | None:
        """For the connection’s holder. None: run it in a thread. An interrupted insert would undo the transaction."""
        if _is_select(sql):
            return self._glance.try_read(sql, args)
        return fetch_rows(self._raw, sql, args) if _is_short_insert(sql, args) else None

    async def execute(self, sql: str, args: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Runs to its end even if the caller is cancelled: a connection is never returned during a query."""
        running = asyncio.get_running_loop().run_in_executor(self._threads, fetch_rows, self._raw, sql, args)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await _wait_until_done(running)
            raise
        finally:
            del running  # breaks a reference cycle between the exception and this frame

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """For commands that fill the database: they are not cancelled."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._raw.executemany, sql, rows)

    async def truncate_wal(self) -> bool:
        """False while a reader blocks it. SQLite would wait for the reader, and block all writers."""
        await self.execute("PRAGMA busy_timeout = 0")
        try:
            return not (await self.execute("PRAGMA wal_checkpoint(TRUNCATE)"))[0]["busy"]
        finally:
            await self.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT * 1000}")

    async def close(self) -> None:
        self._raw.close()


async def _wait_until_done(running: "asyncio.Future[Any]") -> None:
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError:
            continue
    if not running.cancelled():
        running.exception()


class WriteTransaction(TransactionEnd, SQLiteTransaction):
    """Holds the writer connection from BEGIN to the end of the transaction."""

    engine: "PooledSQLiteEngine"

    async def savepoint(self, name: str | None = None) -> Savepoint:
        # a savepoint would begin a new transaction if SQLite has undone this one
        self.connection.require_transaction()
        return await super().savepoint(name)

    async def get_connection(self) -> Connection:
        await self.engine.write_lock.acquire()
        return self.engine.writer

    async def begin(self) -> None:
        try:
            await super().begin()
        except BaseException:
            await self._discard()
            await self._release()
            raise

    async def _discard(self) -> None:
        await _execute_ignoring_errors(self.connection, "ROLLBACK")

    async def _release(self) -> None:
        self.engine.write_lock.release()


async def _execute_ignoring_errors(connection: Any, sql: str) -> None:
    try:
        await connection.execute(sql)
    except sqlite3.Error:
        return


def _is_select(sql: str) -> bool:
    return sql.lstrip()[:6].upper() == "SELECT"


def _is_short_insert(sql: str, args: Sequence[Any]) -> bool:
    """True for an insert of a few short rows, not for a page of an import or its file."""
    if not sql.startswith("INSERT INTO") or " VALUES " not in sql or len(args) > _MAX_INLINE_VALUES:
        return False
    return sum(len(value) for value in args if isinstance(value, str | bytes)) <= _MAX_INLINE_SIZE


class PooledSQLiteEngine(SQLiteEngine):
    def __init__(self, path: str, *, synchronous: str = "") -> None:
        super().__init__(path=path)
        self.synchronous = synchronous or SYNCHRONOUS
        self.started = False

    async def start(self, *, serving: bool = False) -> None:
        """Opens the connections, which stop() closes. A lock is waited for 30 s, serving or not.

        The file is made private to our account, and SQLite gives its log the rights of the file.
        """
        make_file(Path(self.path))
        self._threads = ThreadPoolExecutor(READER_COUNT + 1, thread_name_prefix="sqlite")
        self.writer = self._open_connection()
        for beside in ("", "-wal", "-shm"):  # after SQLite has read the file: one that it refuses keeps its rights
            restrict_to_owner(Path(f"{self.path}{beside}"))
        self._readers: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        for _ in range(READER_COUNT):
            self._readers.put_nowait(self._open_connection())
        self._inline_connection = open_inline_connection(self.connection_kwargs)
        self._inline_reader = InlineReader(self._inline_connection)
        self._running_reads: dict[Connection, float] = {}
        self.write_lock = asyncio.Lock()
        self.started = True

    def _open_connection(self) -> Connection:
        return Connection(self._threads, self.connection_kwargs, self.synchronous)

    async def stop(self) -> None:
        """Waits for the transaction under way, then closes every connection and thread."""
        async with self.write_lock:
            self.started = False
            for _ in range(READER_COUNT):
                await (await self._readers.get()).close()
            await self.writer.close()
            self._inline_connection.close()
        self._threads.shutdown()

    @asynccontextmanager
    async def _borrow_connection(self, sql: str) -> Any:
        """A reader for a SELECT; otherwise the writer, after those that wait already."""
        if _is_select(sql):
            reader = await self._readers.get()
            self._running_reads[reader] = time.monotonic()
            try:
                yield reader
            finally:
                del self._running_reads[reader]
                self._readers.put_nowait(reader)
        else:
            check_writable(sql)
            async with self.write_lock:
                yield self.writer

    async def truncate_wal(self) -> bool:
        """Moves the write-ahead log into the file and empties it. Returns False while a reader blocks it."""
        for _ in range(TRUNCATION_ATTEMPTS):
            async with self.write_lock:
                if await self.writer.truncate_wal():
                    return True
            await asyncio.sleep(TRUNCATION_RETRY_DELAY)
        return False

    def measure_longest_read(self) -> float:
        """Seconds since the oldest SELECT under way began; 0 without one."""
        return max((time.monotonic() - since for since in self._running_reads.values()), default=0.0)

    async def _run_in_new_connection(self, query: str, args: Any = None, *_: Any, **__: Any) -> Any:
        if not self.started:
            await self.start()
        if _is_select(query) and (seen := self._inline_reader.try_read(query, args or ())) is not None:
            await asyncio.sleep(0)  # lets other tasks run between two of many queries
            return seen
        async with self._borrow_connection(query) as connection:
            return await connection.execute(query, args or ())

    async def _run_in_existing_connection(
        self, connection: Any, query: str, args: Any = None, *_: Any, **__: Any
    ) -> Any:
        """Uses the transaction’s connection, which only its holder uses.

        Raises OperationalError when SQLite has undone the transaction: later statements would be committed alone.
        """
        connection.require_transaction()
        if (seen := connection.try_inline(query, args or ())) is None:
            return await connection.execute(query, args or ())
        await asyncio.sleep(0)
        return seen

    def transaction(
        self,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = True,
    ) -> WriteTransaction:
        return WriteTransaction(self, transaction_type, allow_nested)
