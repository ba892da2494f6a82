"""Previews: drawn once, in a process of their own, kept beside the bytes and deleted with them.

What people join is hostile until proved otherwise: a reader of PDF or of images that crashes, hangs or swallows
memory takes its own process with it, within the limits of drawing.py, and nothing else.
"""

import asyncio
import contextlib
import logging
import shutil
import subprocess
import sys
import threading
from typing import IO, BinaryIO
from uuid import UUID

from app.gateways.files import Files
from app.gateways.frames import FRAME
from app.settings import ROOT
from db.vault import UnreadableError

log = logging.getLogger("aplus.previews")
PATIENCE = 15.0
AT_ONCE = 2
MOST_BYTES = 2 * 1024 * 1024


class Previews:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._places = asyncio.Semaphore(AT_ONCE)

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
                    found = draw(source)
                self._files.keep_preview(attachment_id, found)
            except (NotDrawn, UnreadableError, OSError) as failure:
                log.warning("no preview: %s", type(failure).__name__)
        return found


class NotDrawn(Exception):
    """Whatever is wrong with it."""


def draw(source: BinaryIO) -> bytes:
    """By pipes: the clear bytes are on no disk. Raises NotDrawn."""
    command = [sys.executable, "-P", "-m", "app.gateways.drawing"]
    failures: list[BaseException] = []
    with subprocess.Popen(  # noqa: S603
        command, env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        late = threading.Timer(PATIENCE, process.kill)
        feeder = threading.Thread(target=_feed, args=(source, process.stdin, failures))
        late.start()
        feeder.start()
        assert process.stdout is not None
        drawn = process.stdout.read(MOST_BYTES + 1)
        process.stdout.close()
        feeder.join()
        late_or_not = process.wait()
        late.cancel()
    if failures or late_or_not or not 0 < len(drawn) <= MOST_BYTES:
        raise NotDrawn(*failures)
    return drawn


def _feed(source: BinaryIO, pipe: IO[bytes], failures: list[BaseException]) -> None:
    """A reader that stops early has seen enough; bytes that do not open make no preview."""
    try:
        with contextlib.suppress(BrokenPipeError), pipe:
            shutil.copyfileobj(source, pipe, FRAME)
    except Exception as failure:
        failures.append(failure)
