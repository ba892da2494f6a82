"""Remembers what this process knows to be written in the database, so that it does not query it again."""

from collections import OrderedDict
from collections.abc import Hashable

from db.engine import get_current_engine


class BoundedSet:
    """Keeps the latest max_size values. A change of database empties it."""

    def __init__(self, max_size: int) -> None:
        self._max_size, self._values = max_size, OrderedDict[Hashable, None]()
        self._database: object = None

    def contains(self, value: Hashable) -> bool:
        return self._database is get_current_engine() and value in self._values

    def add(self, value: Hashable) -> None:
        """Call it after the commit."""
        if self._database is not get_current_engine():
            self._database = get_current_engine()
            self._values.clear()
        self._values[value] = None
        if len(self._values) > self._max_size:
            self._values.popitem(last=False)
