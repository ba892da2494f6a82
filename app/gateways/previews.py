"""Previews: drawn once, in a process of their own, kept beside the bytes and deleted with them.

What people join is hostile until proved otherwise: a reader of PDF or of images that crashes, hangs or swallows
memory takes its own process with it, within the limits of drawing.py, and nothing else.
"""

import asyncio
import logging
import os
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
        """A small WebP; None for what cannot be drawn, asked again at each display."""
        kept = self._files.path(attachment_id, ".webp")
        if not await asyncio.to_thread(kept.exists):
            async with self._places:
                await self._draw(self._files.path(attachment_id), kept)
        return await asyncio.to_thread(_bytes, kept)

    async def _draw(self, source: Path, kept: Path) -> None:
        if kept.exists() or not source.exists():
            return
        target = kept.with_suffix(f".{uuid4().hex}.part")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "app.gateways.drawing", str(source.absolute()), str(target.absolute())),
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)},
        )
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            log.warning("a preview took more than %s s", PATIENCE)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            await asyncio.to_thread(_keep, target, kept, drawn=process.returncode == 0)


def _keep(target: Path, kept: Path, *, drawn: bool) -> None:
    if drawn:
        target.replace(kept)
    target.unlink(missing_ok=True)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
