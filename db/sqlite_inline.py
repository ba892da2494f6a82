"""A short SELECT is read at once, where it is asked: a hop to another thread and back costs more than most take.

What is not done within two milliseconds, or meets a lock, is given up here and read by a thread: nothing that waits, or
reads much, holds everybody up. In a transaction, which has all the locks that it needs, a few short values are written
at once too; an UPDATE or a DELETE, which may be of many rows, is a thread's, as are its beginning and its end, which
wait for others and for the disk.
"""

import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from piccolo.engine.sqlite import dict_factory

INLINE_TIMEOUT = 0.002
_PROGRESS_STEPS = 1_000
"""Of SQLite's own machine, between two looks at the clock."""


class InlineReader:
    """What the event loop's own thread asks of a connection, while no other thread has it."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw, self._until = raw, 0.0

    def try_read(self, sql: str, args: Sequence[Any]) -> list[dict[str, Any]] | None:
        """None: not here. What is wrong with a question is for the thread to say.

        Raises what ended the transaction that it was asked in: a full disk undoes it, and nothing may follow.
        """
        self._until, inside = time.perf_counter() + INLINE_TIMEOUT, self._raw.in_transaction
        self._raw.set_progress_handler(self._is_too_long, _PROGRESS_STEPS)
        try:
            return fetch_rows(self._raw, sql, args)
        except sqlite3.OperationalError:
            if inside and not self._raw.in_transaction:
                raise
            return None
        finally:
            self._raw.set_progress_handler(None, 0)

    def _is_too_long(self) -> bool:
        return time.perf_counter() > self._until


def fetch_rows(raw: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = raw.execute(sql, args).fetchall()
    return rows


def open_inline_connection(options: dict[str, Any]) -> sqlite3.Connection:
    """A connection that never waits and cannot write."""
    raw: sqlite3.Connection = sqlite3.connect(timeout=0, **options)
    raw.row_factory = dict_factory
    raw.execute("PRAGMA query_only = ON")
    return raw
