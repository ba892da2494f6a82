"""What was made of the same values is not made again: a line of a list with its names opened, the HTML of a message.

The values are all that the function sees: whoever gives the same ones would get the same. Each hour a process forgets
everything (app/server/background.py), so that what the database erased does not stay here.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast
from weakref import WeakSet

Made = TypeVar("Made")
MOST = 5_000
LONGEST = 4_000
"""Characters: a longer text is made each time, so that five thousand never weigh more than some tens of MiB."""
_all: "WeakSet[Once]" = WeakSet()


class Once:
    """Of functions that only compute: they read no clock, no database, no setting that changes as it runs."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Any] = {}
        _all.add(self)

    def __len__(self) -> int:
        return len(self._made)

    def __call__(self, make: Callable[..., Made], *values: Hashable) -> Made:
        known = (make, values)
        found = self._made.get(known)
        if found is not None:
            return cast(Made, found)
        made = make(*values)
        if not isinstance(made, str) or len(made) <= LONGEST:
            self._keep(known, made)
        return made

    def _keep(self, known: Hashable, made: object) -> None:
        if len(self._made) >= MOST:
            self._made.clear()
        self._made[known] = made

    def forget(self) -> None:
        self._made.clear()


def forget_all() -> None:
    for one in list(_all):
        one.forget()
