"""A response of server-sent events, which lasts until either side leaves.

Litestar's own runs two tasks in a group, which leaves a hundred objects in cycles for each page that closes. Only a
full garbage collection would free them (app/server/background.py).
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
"""Yields the events for one queue. Ends soon after the queue is unsubscribed from the bus."""
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def make_event_stream(bus: LiveBus, actor: Actor, events: ListenToQueue) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        if bus.has_room_for(actor):  # other streams may have started since the first check
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
    """Unsubscribes the queue when the page has gone, which ends the stream."""
    while (await receive())["type"] != "http.disconnect":
        pass
    bus.unsubscribe(queue)
