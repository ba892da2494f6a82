"""What was made of the same values is not made again: a row of a list from its sealed names, its HTML, a message's.

The values are all that the function sees: whoever gives the same ones would get the same. The first page after an hour
forgets everything, so that what the database erased does not stay here.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

Made = TypeVar("Made")
MOST = 5_000
HOUR = 3600.0


class Kept:
    """Of functions that only compute: they read no clock, no database, no setting that changes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._made, self._until = clock, dict[Hashable, Any](), 0.0

    def __len__(self) -> int:
        return len(self._made)

    def __call__(self, make: Callable[..., Made], *values: Hashable) -> Made:
        if self._clock() >= self._until or len(self._made) >= MOST:
            self._made.clear()
            self._until = self._clock() + HOUR
        known = (make, values)
        found = self._made.get(known)
        if found is None:
            found = self._made[known] = make(*values)
        return cast(Made, found)
