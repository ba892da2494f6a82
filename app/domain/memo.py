"""Remembers results of pure functions: a line of a list with its names decrypted, the HTML of a message.

A result depends on the arguments alone, so it is the same for every person. Each hour a process forgets all results
(app/server/background.py), so that what the database erased does not stay in memory.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast
from weakref import WeakSet

Result = TypeVar("Result")
MAX_ENTRIES = 5_000
MAX_CHARACTERS = 4_000
"""A longer text is computed each time, so that MAX_ENTRIES texts never take more than some tens of MiB."""
_memos: "WeakSet[Memo]" = WeakSet()


class Memo:
    """For functions that only compute: they read no clock, no database, no setting that changes at run time."""

    def __init__(self) -> None:
        self._results: dict[Hashable, Any] = {}
        _memos.add(self)

    def __len__(self) -> int:
        return len(self._results)

    def __call__(self, make: Callable[..., Result], *values: Hashable) -> Result:
        known = (make, values)
        found = self._results.get(known)
        if found is not None:
            return cast(Result, found)
        made = make(*values)
        if not isinstance(made, str) or len(made) <= MAX_CHARACTERS:
            self._store(known, made)
        return made

    def _store(self, known: Hashable, made: object) -> None:
        if len(self._results) >= MAX_ENTRIES:
            self._results.clear()
        self._results[known] = made

    def clear(self) -> None:
        self._results.clear()


def clear_memos() -> None:
    for one in list(_memos):
        one.clear()
