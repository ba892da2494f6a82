"""Limits expensive work: a few tasks at a time, one for each person, so that many files delay their sender only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class PersonLimiter:
    """First come, first served between persons, then between the tasks of one person."""

    def __init__(self, max_concurrent: int) -> None:
        self._slots = asyncio.Semaphore(max_concurrent)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def limit_person(self, person: int) -> AsyncIterator[None]:
        lane = self._locks.setdefault(person, asyncio.Lock())
        async with lane, self._slots:
            yield
