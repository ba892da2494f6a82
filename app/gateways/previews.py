"""Previews: drawn once, in a process of their own, kept beside the bytes and deleted with them.

What people join is hostile until proved otherwise: a reader of PDF or of images that crashes, hangs or swallows
memory takes its own process with it, within the limits of drawing.py, and nothing else.
"""

import asyncio
import logging
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

from app.gateways.files import Files
from app.settings import ROOT

log = logging.getLogger("aplus.previews")
PATIENCE = 15.0
AT_ONCE = 2


class Previews:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._places = asyncio.Semaphore(AT_ONCE)

    async def preview(self, attachment_id: UUID) -> bytes | None:
        """A small WebP; None for what cannot be drawn, tried again at each display."""
        source, kept = self._files.path(attachment_id), self._files.path(attachment_id, ".webp")
        found = await asyncio.to_thread(_bytes, kept)
        if found is None:
            async with self._places:
                await asyncio.to_thread(_draw, source, kept)
            found = await asyncio.to_thread(_bytes, kept)
        return found


def _draw(source: Path, kept: Path) -> None:
    if kept.exists() or not source.exists():
        return
    target = kept.with_suffix(f".{uuid4().hex}.part")
    command = [sys.executable, "-P", "-m", "app.gateways.drawing", str(source.absolute()), str(target.absolute())]
    try:
        subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, timeout=PATIENCE, check=True)  # noqa: S603
        target.replace(kept)
    except (subprocess.SubprocessError, OSError) as failure:
        log.warning("no preview: %s", type(failure).__name__)
    finally:
        target.unlink(missing_ok=True)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
