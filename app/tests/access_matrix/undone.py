"""One world serves a whole matrix: the effects of each cell are rolled back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db.engine import transaction


class RolledBack(Exception):
    pass


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    try:
        async with transaction():
            yield
            raise RolledBack
    except RolledBack:
        pass
