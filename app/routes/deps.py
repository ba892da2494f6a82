"""What a handler may ask for: the actor, the moment, the form."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request
from litestar.datastructures import State

from app.domain.accounts.actor import Actor


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """The person signed in; the guard signed_in has refused everybody else already."""
    actor: Actor = request.user
    return actor


async def provide_now(state: State) -> datetime:
    """UTC, aware. Tests put their own clock in the application's state."""
    clock = state.get("clock")
    return clock() if clock else datetime.now(UTC)
