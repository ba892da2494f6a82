"""Runs short queries in the event loop, because handing them to a thread takes longer than most queries.

A SELECT that takes two milliseconds or meets a lock is given up here and run in a thread, so that it blocks no other
task. A transaction holds its locks already, so short inserts also run inline. UPDATE and DELETE may concern many rows
and run in a thread, and so do BEGIN and COMMIT, which wait for other writers and the disk.
"""

import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from piccolo.engine.sqlite import dict_factory

INLINE_TIMEOUT = 0.002
_PROGRESS_STEPS = 1_000
"""SQLite virtual machine instructions between two checks of the clock."""


class InlineReader:
    """Reads from a connection in the event loop, while no thread uses it."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw, self._until = raw, 0.0

    def try_read(self, sql: str, args: Sequence[Any]) -> list[dict[str, Any]] | None:
        """None when the query must run in a thread, which also reports its errors.

        Raises the error that ended the surrounding transaction, such as a full disk: no statement may follow.
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
