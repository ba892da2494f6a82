"""Announces the values of keys by their changes alone, and no key too often."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
INTERVAL = 10.0
"""Seconds between two announcements of one key."""


class PacedValues(Generic[Key, Value]):
    """A value that changes within the interval is announced at its end, unless it has changed back."""

    def __init__(self, read: Callable[[Key], Value], announce: Callable[[Key, Value], None], *, absent: Value) -> None:
        """read: the present value of a key. absent: the value of a key that was never announced."""
        self._read, self._announce, self._absent = read, announce, absent
        self._announced: dict[Key, tuple[Value, float]] = {}
        self._waiting: set[Key] = set()

    def check(self, key: Key) -> None:
        """Announces the value of the key now or at the end of the interval, if it has changed."""
        loop, value = asyncio.get_running_loop(), self._read(key)
        known, since = self._announced.get(key, (self._absent, float("-inf")))
        if key in self._waiting or value == known:
            return
        if (early := since + INTERVAL - loop.time()) > 0:
            self._waiting.add(key)
            loop.call_later(early, self._check_again, key)
            return
        self._announced[key] = value, loop.time()
        if value == self._absent:
            loop.call_later(INTERVAL, self._forget, key)
        self._announce(key, value)

    def assume(self, key: Key, value: Value) -> None:
        """The others know this value by other means."""
        if key in self._announced:
            self._announced[key] = value, self._announced[key][1]

    def list_announced(self) -> dict[Key, Value]:
        return {key: value for key, (value, _) in self._announced.items() if value != self._absent}

    def _check_again(self, key: Key) -> None:
        self._waiting.discard(key)
        self.check(key)

    def _forget(self, key: Key) -> None:
        if self._announced.get(key, (None, 0.0))[0] == self._absent and key not in self._waiting:
            del self._announced[key]
