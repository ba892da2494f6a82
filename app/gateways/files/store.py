"""Stores attachments encrypted (encrypted_file.py), each under its id: the client’s file name is never used on disk.

<id> is the file, <id>.part/ the chunks of an upload, each named by its offset, <id>.webp the preview. A method returns
once everything is durable, folder included: « reçu » stays true after a power cut.
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

from app.domain.files.limits import MAX_FILE_BYTES
from app.domain.files.store import AcceptedFile, PdfState, PhotoNotDecoded, StoredFile
from app.gateways.files.atomic_write import build_chunk_label, lock_folder, open_decrypted, sync_folder, write_encrypted
from app.gateways.files.person_limiter import PersonLimiter
from app.gateways.files.sandbox import SandboxRejected, SandboxUnavailable, run_in_sandbox
from app.settings import Settings
from db.encryption import MissingKeyError, UnreadableError
from db.encryption_stream import FRAME_SIZE
from db.private_files import make_folder

log = logging.getLogger("aplus.attachments")
_SETTLED_SECONDS = 3600.0
MAX_CONCURRENT = 4
"""Files that a process checks and cleans at the same time, of as many persons. Each may use 30 MB of memory."""
INSPECTION_TIMEOUT = 3.0
"""Seconds that a PDF waits for its inspection. After that it is accepted without one."""


class EncryptedFileStore:
    """The contract is in app/domain/files/store.py."""

    def __init__(self, folder: Path, *, requires_scan: bool) -> None:
        self.folder, self.requires_scan = folder, requires_scan
        self._turns = PersonLimiter(MAX_CONCURRENT)

    def build_path(self, attachment_id: UUID, suffix: str = "") -> Path:
        return self.folder / f"{attachment_id}{suffix}"

    async def write_chunk(self, attachment_id: UUID, offset: int, piece: bytes) -> None:
        await asyncio.to_thread(self._write, self.build_path(attachment_id, ".part"), offset, piece)

    def _write(self, folder: Path, offset: int, piece: bytes) -> None:
        """A chunk is complete or absent: durable bytes are never overwritten in part."""
        make_folder(self.folder)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            sync_folder(self.folder)
        with lock_folder(folder):
            write_encrypted(folder / str(offset), build_chunk_label(folder, offset), [piece])

    async def complete_upload(
        self, attachment_id: UUID, check: Callable[[BinaryIO], AcceptedFile], sender: int
    ) -> StoredFile:
        async with self._turns.limit_person(sender):
            return await asyncio.to_thread(self._complete_upload, attachment_id, check)

    def _complete_upload(self, attachment_id: UUID, check: Callable[[BinaryIO], AcceptedFile]) -> StoredFile:
        """Checks a copy, not the chunks: a late chunk cannot change what was accepted."""
        copy, place = self.build_path(attachment_id, f".{uuid4().hex}.part"), str(attachment_id)
        try:
            write_encrypted(copy, place, _assemble_chunks(self.build_path(attachment_id, ".part")))
            with open_decrypted(copy, place) as opened:
                accepted = check(opened)
            if accepted.content is not None:
                write_encrypted(copy, place, [accepted.content])
            sealed = _describe_file(copy, place, accepted)
            copy.replace(self.build_path(attachment_id))
        finally:
            copy.unlink(missing_ok=True)
        sync_folder(self.folder)
        return sealed

    async def replace_content(self, attachment_id: UUID, check: Callable[[BinaryIO], AcceptedFile]) -> StoredFile:
        return await asyncio.to_thread(self._replace_content, attachment_id, check)

    def _replace_content(self, attachment_id: UUID, check: Callable[[BinaryIO], AcceptedFile]) -> StoredFile:
        path, place = self.build_path(attachment_id), str(attachment_id)
        with open_decrypted(path, place) as opened:
            accepted = check(opened)
        if accepted.content is not None:
            write_encrypted(path, place, [accepted.content], replace_only=True)
        return _describe_file(path, place, accepted)

    def convert_to_jpeg(self, photo: BinaryIO) -> bytes:
        try:
            return run_in_sandbox("photo", photo, max_bytes=MAX_FILE_BYTES)
        except SandboxRejected as failure:
            raise PhotoNotDecoded from failure

    def inspect_pdf(self, pdf: BinaryIO) -> PdfState:
        try:
            return PdfState(run_in_sandbox("inspect", pdf, max_bytes=20, timeout=INSPECTION_TIMEOUT).decode())
        except (SandboxRejected, SandboxUnavailable) as failure:
            log.warning("a PDF is taken without its inspection: %s", type(failure).__name__)
            return PdfState.UNKNOWN

    async def delete_chunks(self, attachment_id: UUID) -> None:
        await asyncio.to_thread(shutil.rmtree, self.build_path(attachment_id, ".part"), ignore_errors=True)

    async def list_chunked_ids(self) -> list[UUID]:
        return await asyncio.to_thread(self._list_chunked_ids)

    def _list_chunked_ids(self) -> list[UUID]:
        settled = time.time() - _SETTLED_SECONDS
        found = list(self.folder.glob("*.part")) if self.folder.is_dir() else []
        return [UUID(path.stem) for path in found if path.is_dir() and path.stat().st_mtime < settled]

    def open(self, attachment_id: UUID) -> BinaryIO:
        """The clear bytes, never on disk. Raises FileNotFoundError, or UnreadableError at once or during reading."""
        return open_decrypted(self.build_path(attachment_id), str(attachment_id))

    async def read(self, attachment_id: UUID) -> AsyncIterator[bytes]:
        opened = await asyncio.to_thread(self.open, attachment_id)
        try:
            while piece := await asyncio.to_thread(opened.read, FRAME_SIZE):
                yield piece
        finally:
            opened.close()

    async def has_digest(self, attachment_id: UUID, digest: str) -> bool:
        return await asyncio.to_thread(self._has_digest, attachment_id, digest)

    def _has_digest(self, attachment_id: UUID, digest: str) -> bool:
        try:
            with self.open(attachment_id) as opened:
                return hashlib.file_digest(opened, "sha256").hexdigest() == digest  # type: ignore[arg-type]
        except MissingKeyError:
            raise
        except (OSError, UnreadableError):
            return False

    def load_preview(self, attachment_id: UUID) -> bytes | None:
        """Empty for a file that cannot be drawn; None when there is no preview, or when it cannot be decrypted."""
        try:
            with open_decrypted(self.build_path(attachment_id, ".webp"), f"{attachment_id}.webp") as opened:
                return opened.read()
        except (FileNotFoundError, UnreadableError):
            return None

    def save_preview(self, attachment_id: UUID, drawn: bytes) -> None:
        """`drawn` is empty for a file that cannot be drawn. A file that is deleted meanwhile gets no preview."""
        path = self.build_path(attachment_id, ".webp")
        write_encrypted(path, path.name, [drawn])
        if not self.build_path(attachment_id).exists():
            path.unlink(missing_ok=True)

    def delete(self, attachment_ids: list[UUID]) -> None:
        for attachment_id in attachment_ids:
            for suffix in ("", ".webp"):
                self.build_path(attachment_id, suffix).unlink(missing_ok=True)
            shutil.rmtree(self.build_path(attachment_id, ".part"), ignore_errors=True)

    async def list_stored_ids(self) -> list[UUID]:
        return await asyncio.to_thread(self._list_stored_ids)

    def _list_stored_ids(self) -> list[UUID]:
        """Deletes interrupted copies, which nothing uses."""
        if not self.folder.is_dir():
            return []
        found, settled = set(), time.time() - _SETTLED_SECONDS
        for entry in os.scandir(self.folder):
            with contextlib.suppress(ValueError, FileNotFoundError):
                if entry.stat().st_mtime > settled:
                    continue
                if entry.name.count(".") == 2:
                    os.unlink(entry.path)
                found.add(UUID(entry.name.partition(".")[0]))
        return sorted(found)


def _describe_file(path: Path, place: str, accepted: AcceptedFile) -> StoredFile:
    with open_decrypted(path, place) as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()  # type: ignore[arg-type]
        return StoredFile(digest, opened.tell(), accepted.media_type)


def _assemble_chunks(folder: Path) -> Iterator[bytes]:
    """Each chunk up to the offset of the next one: bytes that were sent again count. Raises OSError for a gap."""
    offsets = sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())
    if offsets[:1] != [0]:
        raise OSError(f"{folder.name}: the first piece is missing")
    for offset, following in zip(offsets, [*offsets[1:], None], strict=True):
        with open_decrypted(folder / str(offset), build_chunk_label(folder, offset)) as opened:
            piece = opened.read(-1 if following is None else following - offset)
        if following is not None and len(piece) < following - offset:
            raise OSError(f"{folder.name}: a piece is missing before {following}")
        yield piece


def build_file_store(settings: Settings) -> EncryptedFileStore:
    return EncryptedFileStore(settings.var_folder / "pieces", requires_scan=bool(settings.clamd_url))
