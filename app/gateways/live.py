"""One process's live bus: an announcement reaches every open stream that it may concern."""

import asyncio
from typing import Protocol

from app.domain.accounts.actor import Actor

_FULL = 100


class Concerning(Protocol):
    """Something that happened, and whose streams it may concern."""

    def concerns(self, actor: Actor) -> bool: ...


class LiveBus:
    """Queues of wake-ups. A stream reads what changed from the database: a full queue loses nothing."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[Concerning | None], Actor] = {}
        self.closed = False

    @property
    def open_streams(self) -> int:
        return len(self._queues)

    def publish(self, announcement: Concerning) -> None:
        for queue, actor in self._queues.items():
            if announcement.concerns(actor) and not queue.full():
                queue.put_nowait(announcement)

    def wake_all(self) -> None:
        """Something may have happened unheard: every stream looks for itself."""
        for queue in self._queues:
            if queue.empty():
                queue.put_nowait(None)

    def subscribe(self, actor: Actor) -> "asyncio.Queue[Concerning | None]":
        queue: asyncio.Queue[Concerning | None] = asyncio.Queue(_FULL)
        self._queues[queue] = actor
        return queue

    def unsubscribe(self, queue: "asyncio.Queue[Concerning | None]") -> None:
        self._queues.pop(queue, None)

    def close(self) -> None:
        """Ends every stream: a server that stops waits for them otherwise."""
        self.closed = True
        for queue in list(self._queues):
            while queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
