"""The bytes of attachments, in a folder, each under its id: a client's name never reaches the disk, nor a clear byte.

<id> is a sealed file, <id>.part/ the pieces of it that have arrived, each named by where it begins, <id>.webp its
preview. Everything is on the disk, folder included, before a method returns: « reçu » is said of bytes that a power cut
leaves there. How they are encrypted: encrypted_file.py.
"""

import asyncio
import contextlib
import hashlib
import logging
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from app.domain.files.limits import MOST_BYTES
from app.domain.files.store import Accepted, NotDecoded, Opening, Sealed
from app.gateways.files.atomic_write import alone_in, clear, keep_names, piece_of, write_sealed
from app.gateways.files.sandbox import NotDrawn, NotStarted, draw
from app.gateways.files.turns import Turns
from app.settings import Settings
from db.encryption import MissingKeyError, UnreadableError
from db.encryption_stream import FRAME
from db.private_files import make_folder

log = logging.getLogger("aplus.attachments")
_SETTLED = 3600.0
AT_ONCE = 4
"""How many files are checked and cleaned at the same time in a process, of as many persons: each may take three times
10 MB of memory."""
PATIENCE = 3.0
"""How many seconds a PDF waits to be inspected, at most: then it is accepted without."""


class Files:
    """app/domain/files/store.py says what each method promises."""

    def __init__(self, folder: Path, *, scanned: bool) -> None:
        self.folder, self.scanned = folder, scanned
        self._turns = Turns(AT_ONCE)

    def path(self, attachment_id: UUID, suffix: str = "") -> Path:
        return self.folder / f"{attachment_id}{suffix}"

    async def write(self, attachment_id: UUID, offset: int, piece: bytes) -> None:
        await asyncio.to_thread(self._write, self.path(attachment_id, ".part"), offset, piece)

    def _write(self, folder: Path, offset: int, piece: bytes) -> None:
        """Whole under its name, or not there: what was durable before is never written over in part."""
        make_folder(self.folder)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            keep_names(self.folder)
        with alone_in(folder):
            write_sealed(folder / str(offset), piece_of(folder, offset), [piece])

    async def seal(self, attachment_id: UUID, check: Callable[[BinaryIO], Accepted], sender: int) -> Sealed:
        async with self._turns.turn_of(sender):
            return await asyncio.to_thread(self._seal, attachment_id, check)

    def _seal(self, attachment_id: UUID, check: Callable[[BinaryIO], Accepted]) -> Sealed:
        """A copy is checked, not the pieces: a late piece cannot change what was accepted."""
        copy, place = self.path(attachment_id, f".{uuid4().hex}.part"), str(attachment_id)
        try:
            write_sealed(copy, place, _assembled(self.path(attachment_id, ".part")))
            with clear(copy, place) as opened:
                accepted = check(opened)
            if accepted.content is not None:
                write_sealed(copy, place, [accepted.content])
            sealed = _described(copy, place, accepted)
            copy.replace(self.path(attachment_id))
        finally:
            copy.unlink(missing_ok=True)
        keep_names(self.folder)
        return sealed

    async def seal_again(self, attachment_id: UUID, check: Callable[[BinaryIO], Accepted]) -> Sealed:
        return await asyncio.to_thread(self._seal_again, attachment_id, check)

    def _seal_again(self, attachment_id: UUID, check: Callable[[BinaryIO], Accepted]) -> Sealed:
        path, place = self.path(attachment_id), str(attachment_id)
        with clear(path, place) as opened:
            accepted = check(opened)
        if accepted.content is not None:
            write_sealed(path, place, [accepted.content], over=True)
        return _described(path, place, accepted)

    def as_jpeg(self, photo: BinaryIO) -> bytes:
        try:
            return draw("photo", photo, most=MOST_BYTES)
        except NotDrawn as failure:
            raise NotDecoded from failure

    def opening(self, pdf: BinaryIO) -> Opening:
        try:
            return Opening(draw("inspect", pdf, most=20, wait=PATIENCE).decode())
        except (NotDrawn, NotStarted) as failure:
            log.warning("a PDF is taken without its inspection: %s", type(failure).__name__)
            return Opening.UNKNOWN

    async def tidy(self, attachment_id: UUID) -> None:
        await asyncio.to_thread(shutil.rmtree, self.path(attachment_id, ".part"), ignore_errors=True)

    async def in_pieces(self) -> list[UUID]:
        return await asyncio.to_thread(self._in_pieces)

    def _in_pieces(self) -> list[UUID]:
        settled = time.time() - _SETTLED
        found = list(self.folder.glob("*.part")) if self.folder.is_dir() else []
        return [UUID(path.stem) for path in found if path.is_dir() and path.stat().st_mtime < settled]

    def open(self, attachment_id: UUID) -> BinaryIO:
        """Its clear bytes, never on the disk. Raises FileNotFoundError, UnreadableError, then or while it is read."""
        return clear(self.path(attachment_id), str(attachment_id))

    async def read(self, attachment_id: UUID) -> AsyncIterator[bytes]:
        opened = await asyncio.to_thread(self.open, attachment_id)
        try:
            while piece := await asyncio.to_thread(opened.read, FRAME):
                yield piece
        finally:
            opened.close()

    async def matches(self, attachment_id: UUID, digest: str) -> bool:
        return await asyncio.to_thread(self._matches, attachment_id, digest)

    def _matches(self, attachment_id: UUID, digest: str) -> bool:
        try:
            with self.open(attachment_id) as opened:
                return hashlib.file_digest(opened, "sha256").hexdigest() == digest  # type: ignore[arg-type]
        except MissingKeyError:
            raise
        except (OSError, UnreadableError):
            return False

    def preview(self, attachment_id: UUID) -> bytes | None:
        """What was drawn before, empty if it could not be; None for what was not, or does not open."""
        try:
            with clear(self.path(attachment_id, ".webp"), f"{attachment_id}.webp") as opened:
                return opened.read()
        except (FileNotFoundError, UnreadableError):
            return None

    def keep_preview(self, attachment_id: UUID, drawn: bytes) -> None:
        """Empty for what cannot be drawn. A file that is deleted meanwhile leaves none."""
        path = self.path(attachment_id, ".webp")
        write_sealed(path, path.name, [drawn])
        if not self.path(attachment_id).exists():
            path.unlink(missing_ok=True)

    def forget(self, attachment_ids: list[UUID]) -> None:
        for attachment_id in attachment_ids:
            for suffix in ("", ".webp"):
                self.path(attachment_id, suffix).unlink(missing_ok=True)
            shutil.rmtree(self.path(attachment_id, ".part"), ignore_errors=True)

    async def kept(self) -> list[UUID]:
        return await asyncio.to_thread(self._kept)

    def _kept(self) -> list[UUID]:
        """An interrupted copy is deleted on the way: nobody will ask for it."""
        if not self.folder.is_dir():
            return []
        found, settled = set(), time.time() - _SETTLED
        for entry in os.scandir(self.folder):
            with contextlib.suppress(ValueError, FileNotFoundError):
                if entry.stat().st_mtime > settled:
                    continue
                if entry.name.count(".") == 2:
                    os.unlink(entry.path)
                found.add(UUID(entry.name.partition(".")[0]))
        return sorted(found)


def _described(path: Path, place: str, accepted: Accepted) -> Sealed:
    with clear(path, place) as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()  # type: ignore[arg-type]
        return Sealed(digest, opened.tell(), accepted.media_type)


def _assembled(folder: Path) -> Iterator[bytes]:
    """Each piece as far as the next one begins: what came again after a cut line counts. Raises OSError for a hole."""
    offsets = sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())
    if offsets[:1] != [0]:
        raise OSError(f"{folder.name}: the first piece is missing")
    for offset, following in zip(offsets, [*offsets[1:], None], strict=True):
        with clear(folder / str(offset), piece_of(folder, offset)) as opened:
            piece = opened.read(-1 if following is None else following - offset)
        if following is not None and len(piece) < following - offset:
            raise OSError(f"{folder.name}: a piece is missing before {following}")
        yield piece


def files_for(settings: Settings) -> Files:
    return Files(settings.var_folder / "pieces", scanned=bool(settings.clamd_url))
