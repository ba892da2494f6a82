"""Dependencies of handlers: the actor, the time, the form."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import PathParameter

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.counters import count_to_handle
from app.domain.row_ids import LARGEST_ID

RowId = Annotated[int, PathParameter(ge=1, le=LARGEST_ID)]
"""The number of a row, in an address."""


async def load_page_actor(request: Request[Any, Any, Any], now: datetime) -> Actor:
    """The person who is logged in (a guard has refused others). Also counts the cases to handle, for the menu."""
    actor: Actor = request.user
    request.state.to_handle = await count_to_handle(actor, now)
    return actor


async def provide_actor(request: Request[Any, Any, Any], now: NamedDependency[datetime]) -> Actor:
    """Depends on `now`, which is immediate: Litestar makes a task for each of two independent dependencies (0.4 ms)."""
    return await load_page_actor(request, now)


async def provide_now(state: State) -> datetime:
    """UTC, aware. Tests put their own clock in the state of the application."""
    clock = state.get("clock")
    now: datetime = clock() if clock else datetime.now(UTC)
    return now
