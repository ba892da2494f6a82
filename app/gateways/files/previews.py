"""Previews of attachments: drawn once in a sandbox (sandbox.py), stored encrypted beside the file and deleted with it.

A preview is drawn in the background once the file is received. One that is missing after a restart is drawn when it is
first displayed. A failed drawing is stored too, as an empty preview: a hostile file is tried once only.
"""

import asyncio
import logging
from contextlib import suppress
from uuid import UUID

from app.domain.cases.attachments.upload import file_received
from app.gateways.files.atomic_write import lock_folder
from app.gateways.files.person_limiter import PersonLimiter
from app.gateways.files.sandbox import MAX_CONCURRENT, SandboxRejected, run_in_sandbox
from app.gateways.files.store import EncryptedFileStore
from app.gateways.workers.heartbeat import record_heartbeat
from db.encryption import UnreadableError

log = logging.getLogger("aplus.previews")
MAX_BYTES = 4096
HEARTBEAT_INTERVAL = 60.0
MAX_QUEUED = 1000
"""Beyond this number, the preview is drawn at its first display."""


class PreviewWorker:
    def __init__(self, files: EncryptedFileStore) -> None:
        self._files = files
        self._limiter = PersonLimiter(MAX_CONCURRENT)  # waiting tasks hold no thread
        self._upload_queue: asyncio.Queue[tuple[UUID, int]] = asyncio.Queue()
        self._waiting = set[asyncio.Task[bytes | None]]()

    async def load_preview(self, attachment_id: UUID, sender: int) -> bytes | None:
        """A small WebP; None for a file that cannot be drawn. The sender’s drawings wait for each other."""
        found = await asyncio.to_thread(self._load_stored, attachment_id)
        if found is None:
            found = await self._draw_in_turn(attachment_id, sender)
        return found or None

    async def work(self) -> None:
        """Draws previews of the files that this process receives. Runs until cancelled."""
        file_received.connect(self._enqueue)
        try:
            while True:
                record_heartbeat()
                with suppress(TimeoutError):
                    task = asyncio.create_task(
                        self._draw_in_turn(*await asyncio.wait_for(self._upload_queue.get(), HEARTBEAT_INTERVAL))
                    )
                    self._waiting.add(task)
                    task.add_done_callback(self._waiting.discard)
        finally:
            file_received.disconnect(self._enqueue)
            for task in self._waiting:
                task.cancel()

    def _enqueue(self, attachment_id: UUID, sender: int) -> None:
        if self._upload_queue.qsize() + len(self._waiting) < MAX_QUEUED:
            self._upload_queue.put_nowait((attachment_id, sender))

    async def _draw_in_turn(self, attachment_id: UUID, sender: int) -> bytes | None:
        async with self._limiter.limit_person(sender):
            try:
                return await asyncio.to_thread(self._load_or_draw, attachment_id)
            except (UnreadableError, OSError) as failure:
                log.warning("no preview for the moment: %s", type(failure).__name__)
                return None

    def _load_or_draw(self, attachment_id: UUID) -> bytes:
        """Empty for a file that cannot be drawn. The lock makes one process draw it."""
        with lock_folder(self._files.build_path(attachment_id)):
            found = self._load_stored(attachment_id)
            if found is None:
                found = self._draw_in_sandbox(attachment_id)
                self._files.save_preview(attachment_id, found)
        return found

    def _draw_in_sandbox(self, attachment_id: UUID) -> bytes:
        try:
            with self._files.open(attachment_id) as source:
                return run_in_sandbox("preview", source, max_bytes=MAX_BYTES)
        except SandboxRejected:
            log.warning("no preview: the file is not drawn within the limits")
            return b""

    def _load_stored(self, attachment_id: UUID) -> bytes | None:
        # a larger one dates from when previews had 480 pixels: it is drawn again
        found = self._files.load_preview(attachment_id)
        return None if found is None or len(found) > MAX_BYTES else found
