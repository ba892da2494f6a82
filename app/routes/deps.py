"""What a handler may ask for: the actor, the moment, the form."""

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
"""A row's number in an address."""


async def load_page_actor(request: Request[Any, Any, Any]) -> Actor:
    """The person signed in (the guard signed_in has refused everybody else), with the menu's figure at hand."""
    actor: Actor = request.user
    request.state.to_handle = await count_to_handle(actor)
    return actor


async def provide_actor(request: Request[Any, Any, Any], now: NamedDependency[datetime]) -> Actor:
    """After `now`, which is there at once: of two that depend on nothing, Litestar makes a task each, 0.4 ms."""
    return await load_page_actor(request)


async def provide_now(state: State) -> datetime:
    """UTC, aware. Tests put their own clock in the application's state."""
    clock = state.get("clock")
    now: datetime = clock() if clock else datetime.now(UTC)
    return now
