"""Live updates within one process: an event wakes every open stream that it concerns."""

import asyncio
from typing import Protocol

from app.domain.accounts.actor import Actor

_QUEUE_SIZE = 100
MAX_PER_PERSON = 20
"""Open streams of one account, including an account that several screens share. A hidden page closes its stream
(hx-sse). Beyond this number a page polls instead (app/static/app.js).
"""
MAX_STREAMS = 5_000
MAX_CONCURRENT_READS = 4
"""Streams that read the database at the same time. A message that wakes many pages thus delays other requests by these
reads only. A page that has received nothing for a minute polls.
"""


class LiveEvent(Protocol):
    """An event that may wake streams."""

    def is_visible_to(self, actor: Actor) -> bool: ...


class LiveBus:
    """Queues of wake-up events. A stream reads the changes from the database, so a full queue loses nothing."""

    def __init__(self, max_streams: int = MAX_STREAMS) -> None:
        """max_streams: for all accounts together. A page beyond it polls."""
        self._queues: dict[asyncio.Queue[LiveEvent | None], Actor] = {}
        self._most = max_streams
        self.read_slots = asyncio.Semaphore(MAX_CONCURRENT_READS)
        self.closed = False

    @property
    def open_streams(self) -> int:
        return len(self._queues)

    def has_room_for(self, actor: Actor) -> bool:
        """Whether neither the account’s limit nor the process’s limit is reached."""
        own = sum(other.id == actor.id for other in self._queues.values())
        return own < MAX_PER_PERSON and len(self._queues) < self._most

    def publish(self, announcement: LiveEvent) -> None:
        for queue, actor in self._queues.items():
            if announcement.is_visible_to(actor):
                _enqueue(queue, announcement)

    def wake_all(self) -> None:
        """Wakes every stream, when events may have been missed."""
        for queue in self._queues:
            _enqueue(queue, None)

    def wake(self, queue: "asyncio.Queue[LiveEvent | None]") -> None:
        _enqueue(queue, None)

    def subscribe(self, actor: Actor) -> "asyncio.Queue[LiveEvent | None]":
        queue: asyncio.Queue[LiveEvent | None] = asyncio.Queue(_QUEUE_SIZE)
        self._queues[queue] = actor
        return queue

    def update_actor(self, queue: "asyncio.Queue[LiveEvent | None]", actor: Actor) -> None:
        """Replaces the actor: their present rights decide from now on what wakes this stream."""
        if queue in self._queues:
            self._queues[queue] = actor

    def unsubscribe(self, queue: "asyncio.Queue[LiveEvent | None]") -> None:
        """Also wakes the reader of the queue."""
        self._queues.pop(queue, None)
        _enqueue(queue, None)

    def has_stream(self, queue: "asyncio.Queue[LiveEvent | None]") -> bool:
        return not self.closed and queue in self._queues

    def close(self) -> None:
        """Ends every stream: the server waits for them when it stops."""
        self.closed = True
        for queue in list(self._queues):
            _enqueue(queue, None)


def _enqueue(queue: "asyncio.Queue[LiveEvent | None]", announcement: LiveEvent | None) -> None:
    """Replaces an entry of a full queue by None: the stream then reads everything that changed."""
    if queue.full():
        queue.get_nowait()
        announcement = None
    queue.put_nowait(announcement)
