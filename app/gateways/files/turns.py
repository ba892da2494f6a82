"""Work that is dear, a few at a time, and one at a time for each person: their forty files delay their own alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class PersonLimiter:
    """First come, first served, among the persons; then among the works of one of them."""

    def __init__(self, max_concurrent: int) -> None:
        self._slots = asyncio.Semaphore(max_concurrent)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def limit_person(self, person: int) -> AsyncIterator[None]:
        lane = self._locks.setdefault(person, asyncio.Lock())
        async with lane, self._slots:
            yield
