"""What this process knows to be written in the database it works on, the latest alone: it need not ask again."""

from collections import OrderedDict
from collections.abc import Hashable

from db.engine import current_engine


class Remembered:
    """At most so many; all forgotten when the process turns to another database."""

    def __init__(self, most: int) -> None:
        self._most, self._known = most, OrderedDict[Hashable, None]()
        self._database: object = None

    def holds(self, one: Hashable) -> bool:
        return self._database is current_engine() and one in self._known

    def keep(self, one: Hashable) -> None:
        """Once it is committed."""
        if self._database is not current_engine():
            self._database = current_engine()
            self._known.clear()
        self._known[one] = None
        if len(self._known) > self._most:
            self._known.popitem(last=False)
