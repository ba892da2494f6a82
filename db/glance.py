"""A short SELECT is read at once, where it is asked: a hop to another thread and back costs more than most take.

What is not done within two milliseconds, or meets a lock, is given up here and read by a thread: nothing that waits, or
reads much, holds everybody up.
"""

import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from piccolo.engine.sqlite import dict_factory

PATIENCE = 0.002
_STEPS = 1_000
"""Of SQLite's own machine, between two looks at the clock."""


class Glance:
    """One connection of the event loop's own thread, which never waits and cannot write."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._raw = sqlite3.connect(timeout=0, **options)
        self._raw.row_factory = dict_factory
        self._raw.execute("PRAGMA query_only = ON")
        self._raw.set_progress_handler(self._too_long, _STEPS)
        self._until = float("inf")

    def read(self, sql: str, args: Sequence[Any]) -> list[dict[str, Any]] | None:
        """None: not here. What is wrong with a question is for the thread to say."""
        self._until = time.perf_counter() + PATIENCE
        try:
            rows: list[dict[str, Any]] = self._raw.execute(sql, args).fetchall()
        except sqlite3.OperationalError:
            return None
        return rows

    def _too_long(self) -> bool:
        return time.perf_counter() > self._until

    def close(self) -> None:
        self._raw.close()
