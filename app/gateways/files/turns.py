"""Work that is dear, a few at a time, and one at a time for each person: their forty files delay their own alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """First come, first served, among the persons; then among the works of one of them."""

    def __init__(self, at_once: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._lanes: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn_of(self, person: int) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(person, asyncio.Lock())
        async with lane, self._places:
            yield
