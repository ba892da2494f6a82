"""One process's live bus: an announcement reaches every open stream that it may concern."""

import asyncio

from app.domain.accounts.actor import Actor
from app.domain.cases.events import Announcement

_FULL = 100


class LiveBus:
    """Queues of wake-ups. A stream reads what changed from the database: a full queue loses nothing."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[Announcement | None], Actor] = {}
        self.closed = False

    def publish(self, announcement: Announcement) -> None:
        for queue, actor in self._queues.items():
            if announcement.concerns(actor) and not queue.full():
                queue.put_nowait(announcement)

    def subscribe(self, actor: Actor) -> "asyncio.Queue[Announcement | None]":
        queue: asyncio.Queue[Announcement | None] = asyncio.Queue(_FULL)
        self._queues[queue] = actor
        return queue

    def unsubscribe(self, queue: "asyncio.Queue[Announcement | None]") -> None:
        self._queues.pop(queue, None)

    def close(self) -> None:
        """Ends every stream: a server that stops waits for them otherwise."""
        self.closed = True
        for queue in list(self._queues):
            while queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
