"""An answer that goes on, until either side leaves.

Litestar's own runs in a group of two tasks, and what that group leaves in circles, a hundred objects for each page that
closes, waits for Python's full collection, in the middle of somebody's page.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeAlias

from litestar.types import ASGIApp, Receive, Scope, Send

from app.domain.accounts.actor import Actor
from app.gateways.live import LiveBus

Told: TypeAlias = "asyncio.Queue[Any]"
Events: TypeAlias = Callable[[Told], AsyncIterator[bytes]]
"""What comes to one who listens to a queue; it ends soon after the bus no longer holds that queue."""
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def event_stream(bus: LiveBus, actor: Actor, events: Events) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        if bus.has_room_for(actor):  # many may have come at once
            await _bring(bus, actor, events, receive, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return answer


async def _bring(bus: LiveBus, actor: Actor, events: Events, receive: Receive, send: Send) -> None:
    queue = bus.subscribe(actor)
    leaving = asyncio.create_task(_leave(bus, queue, receive))
    try:
        async for piece in events(queue):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        leaving.cancel()
        bus.unsubscribe(queue)


async def _leave(bus: LiveBus, queue: Told, receive: Receive) -> None:
    """The page has gone: whoever waits for news of it need wait no more."""
    while (await receive())["type"] != "http.disconnect":
        pass
    bus.unsubscribe(queue)
