"""One process's live bus: an announcement reaches every open stream that it may concern."""

import asyncio
from typing import Protocol

from app.domain.accounts.actor import Actor

_QUEUE_SIZE = 100
MAX_PER_PERSON = 20
"""Open streams for one account, a front desk's that several screens share included: a page that nobody looks at has
closed its own (hx-sse). Beyond, the page asks instead (app/static/app.js)."""
MAX_STREAMS = 5_000
MAX_CONCURRENT_READS = 4
"""Streams that look for what is new: whoever posts waits behind these, not behind each page that a message wakes. While
the database keeps four of them waiting, nobody looks; a page without a word for a minute asks by itself."""


class LiveEvent(Protocol):
    """Something that happened, and whose streams it may concern."""

    def is_visible_to(self, actor: Actor) -> bool: ...


class LiveBus:
    """Queues of wake-ups. A stream reads what changed from the database: a full queue loses nothing."""

    def __init__(self, max_streams: int = MAX_STREAMS) -> None:
        """most: in all; what is left over serves those who ask."""
        self._queues: dict[asyncio.Queue[LiveEvent | None], Actor] = {}
        self._most = max_streams
        self.read_slots = asyncio.Semaphore(MAX_CONCURRENT_READS)
        self.closed = False

    @property
    def open_streams(self) -> int:
        return len(self._queues)

    def has_room_for(self, actor: Actor) -> bool:
        """Whether this account may open one more, and anybody may."""
        own = sum(other.id == actor.id for other in self._queues.values())
        return own < MAX_PER_PERSON and len(self._queues) < self._most

    def publish(self, announcement: LiveEvent) -> None:
        for queue, actor in self._queues.items():
            if announcement.is_visible_to(actor):
                _enqueue(queue, announcement)

    def wake_all(self) -> None:
        """Something may have happened unheard: every stream looks for itself."""
        for queue in self._queues:
            _enqueue(queue, None)

    def subscribe(self, actor: Actor) -> "asyncio.Queue[LiveEvent | None]":
        queue: asyncio.Queue[LiveEvent | None] = asyncio.Queue(_QUEUE_SIZE)
        self._queues[queue] = actor
        return queue

    def update_actor(self, queue: "asyncio.Queue[LiveEvent | None]", actor: Actor) -> None:
        """The actor as they are now: from here on their present rights decide what wakes this stream."""
        if queue in self._queues:
            self._queues[queue] = actor

    def unsubscribe(self, queue: "asyncio.Queue[LiveEvent | None]") -> None:
        """And wakes whoever waits on it."""
        self._queues.pop(queue, None)
        _enqueue(queue, None)

    def has_stream(self, queue: "asyncio.Queue[LiveEvent | None]") -> bool:
        return not self.closed and queue in self._queues

    def close(self) -> None:
        """Ends every stream: a server that stops waits for them otherwise."""
        self.closed = True
        for queue in list(self._queues):
            _enqueue(queue, None)


def _enqueue(queue: "asyncio.Queue[LiveEvent | None]", announcement: LiveEvent | None) -> None:
    """In a full queue, that something happened: a page looks then, whatever it was."""
    if queue.full():
        queue.get_nowait()
        announcement = None
    queue.put_nowait(announcement)
