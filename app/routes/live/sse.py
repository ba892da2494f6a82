"""An answer that goes on, until either side leaves.

Litestar's own runs in a group of two tasks, which leaves a hundred objects in circles for each page that closes: they
would wait for Python's full collection (app/server/background.py).
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, TypeAlias

from litestar.types import ASGIApp, Receive, Scope, Send

from app.domain.accounts.actor import Actor
from app.gateways.live.bus import LiveBus

log = logging.getLogger("aplus.live")
Queue: TypeAlias = "asyncio.Queue[Any]"
ListenToQueue: TypeAlias = Callable[[Queue], AsyncGenerator[bytes, None]]
"""What comes to one who listens to a queue; it ends soon after the bus no longer holds that queue."""
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def make_event_stream(bus: LiveBus, actor: Actor, events: ListenToQueue) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        if bus.has_room_for(actor):  # many may have come at once
            try:
                await _send_events(bus, actor, events, receive, send)
            except Exception:
                log.exception("a stream stopped")
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return answer


async def _send_events(bus: LiveBus, actor: Actor, events: ListenToQueue, receive: Receive, send: Send) -> None:
    queue = bus.subscribe(actor)
    leaving = asyncio.create_task(_unsubscribe_on_disconnect(bus, queue, receive))
    try:
        async with aclosing(events(queue)) as pieces:
            async for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        leaving.cancel()
        bus.unsubscribe(queue)


async def _unsubscribe_on_disconnect(bus: LiveBus, queue: Queue, receive: Receive) -> None:
    """The page has gone: whoever waits for news of it need wait no more."""
    while (await receive())["type"] != "http.disconnect":
        pass
    bus.unsubscribe(queue)
