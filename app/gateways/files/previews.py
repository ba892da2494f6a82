"""Previews: each drawn once, in a process of its own (sandbox.py), kept sealed beside the bytes and deleted with them.

Drawn as soon as the file is received, after the answer: who sends does not wait. What a restart leaves, and what came
before, is drawn at its first display. That there is none is kept too: a hostile file costs its three seconds once.
"""

import asyncio
import logging
from contextlib import suppress
from uuid import UUID

from app.domain.cases.attachments.upload import file_received
from app.gateways.files.atomic_write import alone_in
from app.gateways.files.sandbox import AT_ONCE, NotDrawn, draw
from app.gateways.files.store import Files
from app.gateways.files.turns import Turns
from app.gateways.workers.heartbeat import beat
from db.encryption import UnreadableError

log = logging.getLogger("aplus.previews")
MOST_BYTES = 4096
ROUND = 60.0
MOST_WAITING = 1000
"""Beyond, a file waits for its first display."""


class Previews:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._turns = Turns(AT_ONCE)  # those that wait hold no thread
        self._arrived: asyncio.Queue[tuple[UUID, int]] = asyncio.Queue()
        self._waiting = set[asyncio.Task[bytes | None]]()

    async def preview(self, attachment_id: UUID, sender: int) -> bytes | None:
        """A small WebP; None for what cannot be drawn. A drawing takes the turn of who sent the file."""
        found = await asyncio.to_thread(self._kept, attachment_id)
        if found is None:
            found = await self._draw(attachment_id, sender)
        return found or None

    async def work(self) -> None:
        """Draws what is received in this process. Until cancelled."""
        file_received.connect(self._take)
        try:
            while True:
                beat()
                with suppress(TimeoutError):
                    task = asyncio.create_task(self._draw(*await asyncio.wait_for(self._arrived.get(), ROUND)))
                    self._waiting.add(task)
                    task.add_done_callback(self._waiting.discard)
        finally:
            file_received.disconnect(self._take)
            for task in self._waiting:
                task.cancel()

    def _take(self, attachment_id: UUID, sender: int) -> None:
        if self._arrived.qsize() + len(self._waiting) < MOST_WAITING:
            self._arrived.put_nowait((attachment_id, sender))

    async def _draw(self, attachment_id: UUID, sender: int) -> bytes | None:
        async with self._turns.turn_of(sender):
            try:
                return await asyncio.to_thread(self._drawn, attachment_id)
            except (UnreadableError, OSError) as failure:
                log.warning("no preview for the moment: %s", type(failure).__name__)
                return None

    def _drawn(self, attachment_id: UUID) -> bytes:
        """By the process that was here first, or now; empty for what cannot be drawn."""
        with alone_in(self._files.path(attachment_id)):
            found = self._kept(attachment_id)
            if found is None:
                found = self._attempt(attachment_id)
                self._files.keep_preview(attachment_id, found)
        return found

    def _attempt(self, attachment_id: UUID) -> bytes:
        try:
            with self._files.open(attachment_id) as source:
                return draw("preview", source, most=MOST_BYTES)
        except NotDrawn:
            log.warning("no preview: the file is not drawn within the limits")
            return b""

    def _kept(self, attachment_id: UUID) -> bytes | None:
        """One that is larger was drawn when previews were 480 pixels."""
        found = self._files.preview(attachment_id)
        return None if found is None or len(found) > MOST_BYTES else found
