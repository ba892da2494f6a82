"""The bytes of attachments, in a folder, each under its id: a client's name never reaches the disk, nor a clear byte.

<id> is a sealed file, <id>.part/ the pieces of it that have arrived, each named by where it begins, <id>.webp its
preview. Everything is on the disk, folder included, before a method returns: « reçu » is said of bytes that a power cut
leaves there. How they are encrypted: frames.py.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import io
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from app.domain.attachments.store import Sealed
from app.gateways.frames import FRAME, Frames, key_id_of, seal_pieces
from app.settings import Settings
from db.vault import MissingKeyError, UnreadableError

_SETTLED = 3600.0


class Files:
    """app/domain/attachments/store.py says what each method promises."""

    def __init__(self, folder: Path, *, scanned: bool) -> None:
        self._folder, self.scanned = folder, scanned

    def path(self, attachment_id: UUID, suffix: str = "") -> Path:
        return self._folder / f"{attachment_id}{suffix}"

    async def write(self, attachment_id: UUID, offset: int, piece: bytes) -> None:
        await asyncio.to_thread(self._write, self.path(attachment_id, ".part"), offset, piece)

    def _write(self, folder: Path, offset: int, piece: bytes) -> None:
        """Whole under its name, or not there: what was durable before is never written over in part."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            _keep_names(self._folder)
        with _alone_in(folder):
            write_sealed(folder / str(offset), _piece(folder, offset), [piece])

    async def seal(self, attachment_id: UUID, check: Callable[[BinaryIO], str]) -> Sealed:
        return await asyncio.to_thread(self._seal, attachment_id, check)

    def _seal(self, attachment_id: UUID, check: Callable[[BinaryIO], str]) -> Sealed:
        """A copy is checked, not the pieces: a late piece cannot change what was accepted."""
        copy, digest = self.path(attachment_id, f".{uuid4().hex}.part"), hashlib.sha256()

        def counted() -> Iterator[bytes]:
            for piece in _assembled(self.path(attachment_id, ".part")):
                digest.update(piece)
                yield piece

        try:
            write_sealed(copy, str(attachment_id), counted())
            with _clear(copy, str(attachment_id)) as opened:
                verdict = check(opened)
            copy.replace(self.path(attachment_id))
        finally:
            copy.unlink(missing_ok=True)
        _keep_names(self._folder)
        return Sealed(digest.hexdigest(), verdict)

    async def tidy(self, attachment_id: UUID) -> None:
        await asyncio.to_thread(shutil.rmtree, self.path(attachment_id, ".part"), ignore_errors=True)

    def open(self, attachment_id: UUID) -> BinaryIO:
        """Its clear bytes, never on the disk. Raises FileNotFoundError, UnreadableError, then or while it is read."""
        return _clear(self.path(attachment_id), str(attachment_id))

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
        """What was drawn before; None for what was not, or does not open: it is drawn again."""
        try:
            with _clear(self.path(attachment_id, ".webp"), f"{attachment_id}.webp") as opened:
                return opened.read()
        except (FileNotFoundError, UnreadableError):
            return None

    def keep_preview(self, attachment_id: UUID, drawn: bytes) -> None:
        write_sealed(self.path(attachment_id, ".webp"), f"{attachment_id}.webp", [drawn])

    def forget(self, attachment_ids: list[UUID]) -> None:
        for attachment_id in attachment_ids:
            for suffix in ("", ".webp"):
                self.path(attachment_id, suffix).unlink(missing_ok=True)
            shutil.rmtree(self.path(attachment_id, ".part"), ignore_errors=True)

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

    def seal_what_is_not(self) -> int:
        """What lies there from before files were sealed; how many. Again, or after a kill: what is left of it."""
        if not self._folder.is_dir():
            return 0
        with _alone_in(self._folder):
            left = [path for path in self._folder.iterdir() if path.is_file() and path.name.count(".") < 2]
            clear = [path for path in left if key_id_of(path) is None]
            for path in clear:
                self._seal_clear(path)
        return len(clear)

    def _seal_clear(self, path: Path) -> None:
        """Half a file becomes its first piece; a preview will be drawn again."""
        if path.suffix == ".part":
            kept = path.with_suffix(f".{uuid4().hex}.part")
            path.replace(kept)
            self._write(path, 0, kept.read_bytes())
            kept.unlink()
        elif path.suffix:
            path.unlink()
        else:
            with path.open("rb") as opened:
                write_sealed(path, path.name, iter(lambda: opened.read(FRAME), b""))


def write_sealed(path: Path, place: str, pieces: Iterable[bytes]) -> None:
    """Durable, whole under its name or not there, for its owner alone."""
    new = path.parent / f"{path.name.partition('.')[0]}.{uuid4().hex}.part"
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as target:
            seal_pieces(target, place, pieces)
            target.flush()
            os.fsync(target.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    _keep_names(path.parent)


def _clear(path: Path, place: str) -> BinaryIO:
    return io.BufferedReader(Frames(path, place), FRAME // 4)


def _piece(folder: Path, offset: int) -> str:
    return f"{folder.name}/{offset}"


def _assembled(folder: Path) -> Iterator[bytes]:
    """Each piece as far as the next one begins: what came again after a cut line counts. Raises OSError for a hole."""
    offsets = sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())
    for offset, following in zip(offsets, [*offsets[1:], None], strict=True):
        with _clear(folder / str(offset), _piece(folder, offset)) as opened:
            piece = opened.read(-1 if following is None else following - offset)
        if following is not None and len(piece) < following - offset:
            raise OSError(f"{folder.name}: a piece is missing before {following}")
        yield piece


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Of this folder's writers. A lock dies with its process."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _keep_names(folder: Path) -> None:
    """A file that was created or renamed is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def files_for(settings: Settings) -> Files:
    return Files(settings.var_folder / "pieces", scanned=bool(settings.clamd_url))
