"""The bytes of attachments, in a folder, each under its id: a client's name never reaches the disk.

<id> is a sealed file, <id>.part what has arrived of it, <id>.webp its preview. Everything is on the disk, folder
included, before a method returns: « reçu » is said of bytes that a power cut leaves there.
"""

import asyncio
import contextlib
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from app.domain.attachments.store import Sealed
from app.settings import Settings

PIECE = 256 * 1024
_SETTLED = 3600.0


class Files:
    """app/domain/attachments/store.py says what each method promises."""

    def __init__(self, folder: Path, *, scanned: bool) -> None:
        self._folder, self.scanned = folder, scanned

    def path(self, attachment_id: UUID, suffix: str = "") -> Path:
        return self._folder / f"{attachment_id}{suffix}"

    async def write(self, attachment_id: UUID, offset: int, piece: bytes) -> None:
        await asyncio.to_thread(self._write, self.path(attachment_id, ".part"), offset, piece)

    def _write(self, path: Path, offset: int, piece: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            view, at = memoryview(piece), offset
            while view:
                written = os.pwrite(descriptor, view, at)
                view, at = view[written:], at + written
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if offset == 0:
            _keep_names(self._folder)

    async def seal(self, attachment_id: UUID, check: Callable[[BinaryIO], str]) -> Sealed:
        return await asyncio.to_thread(self._seal, attachment_id, check)

    def _seal(self, attachment_id: UUID, check: Callable[[BinaryIO], str]) -> Sealed:
        """A copy is checked, not the pieces: a late piece cannot change what was accepted."""
        copy = self.path(attachment_id, f".{uuid4().hex}.part")
        try:
            digest = _copy(self.path(attachment_id, ".part"), copy)
            with copy.open("rb") as opened:
                verdict = check(opened)
            copy.replace(self.path(attachment_id))
        finally:
            copy.unlink(missing_ok=True)
        _keep_names(self._folder)
        return Sealed(digest, verdict)

    async def tidy(self, attachment_id: UUID) -> None:
        await asyncio.to_thread(self.path(attachment_id, ".part").unlink, missing_ok=True)

    async def read(self, attachment_id: UUID) -> AsyncIterator[bytes]:
        opened = await asyncio.to_thread(self.path(attachment_id).open, "rb")
        try:
            while piece := await asyncio.to_thread(opened.read, PIECE):
                yield piece
        finally:
            opened.close()

    async def matches(self, attachment_id: UUID, digest: str) -> bool:
        return await asyncio.to_thread(self._matches, self.path(attachment_id), digest)

    def _matches(self, path: Path, digest: str) -> bool:
        try:
            with path.open("rb") as opened:
                return hashlib.file_digest(opened, "sha256").hexdigest() == digest
        except OSError:
            return False

    def forget(self, attachment_ids: list[UUID]) -> None:
        for attachment_id in attachment_ids:
            for suffix in ("", ".part", ".webp"):
                self.path(attachment_id, suffix).unlink(missing_ok=True)

    async def kept(self) -> list[UUID]:
        return await asyncio.to_thread(self._kept)

    def _kept(self) -> list[UUID]:
        """An interrupted copy is deleted on the way: nobody will ask for it."""
        if not self._folder.is_dir():
            return []
        found, settled = set(), time.time() - _SETTLED
        for entry in os.scandir(self._folder):
            with contextlib.suppress(ValueError, FileNotFoundError):
                if entry.stat().st_mtime > settled:
                    continue
                if entry.name.count(".") == 2:
                    os.unlink(entry.path)
                found.add(UUID(entry.name.partition(".")[0]))
        return sorted(found)


def _copy(source: Path, target: Path) -> str:
    """The digest of what is now on the disk."""
    digest = hashlib.sha256()
    with source.open("rb") as opened, target.open("xb") as copy:
        os.chmod(target, 0o600)
        while piece := opened.read(PIECE):
            digest.update(piece)
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def _keep_names(folder: Path) -> None:
    """A file that was created or renamed is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def files_for(settings: Settings) -> Files:
    return Files(settings.var_folder / "pieces", scanned=bool(settings.clamd_url))
