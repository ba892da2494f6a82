"""Previews: drawn once, in a process of their own (closed.py), kept beside the bytes and deleted with them."""

import asyncio
import logging
from uuid import UUID

from app.gateways.closed import AT_ONCE, NotDrawn, draw
from app.gateways.files import Files
from db.vault import UnreadableError

log = logging.getLogger("aplus.previews")
MOST_BYTES = 2 * 1024 * 1024


class Previews:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._places = asyncio.Semaphore(AT_ONCE)  # those that wait hold no thread

    async def preview(self, attachment_id: UUID) -> bytes | None:
        """A small WebP; None for what cannot be drawn, tried again at each display."""
        found = await asyncio.to_thread(self._files.preview, attachment_id)
        if found is None:
            async with self._places:
                found = await asyncio.to_thread(self._drawn, attachment_id)
        return found

    def _drawn(self, attachment_id: UUID) -> bytes | None:
        """By whoever was here first, or now."""
        found = self._files.preview(attachment_id)
        if found is None:
            try:
                with self._files.open(attachment_id) as source:
                    found = draw("preview", source, most=MOST_BYTES)
                self._files.keep_preview(attachment_id, found)
            except (NotDrawn, UnreadableError, OSError) as failure:
                log.warning("no preview: %s", type(failure).__name__)
        return found
