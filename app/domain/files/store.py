"""The storage of files, as the domain uses it. app/gateways/files/store.py stores them on disk."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Protocol
from uuid import UUID

from app.domain.files.file_type import MediaType


@dataclass(frozen=True)
class AcceptedFile:
    """`content` replaces the received bytes; None when they are stored unchanged."""

    media_type: MediaType
    content: bytes | None = None


@dataclass(frozen=True)
class StoredFile:
    """`digest` is the SHA-256 of the stored bytes, `size` their number."""

    digest: str
    size: int
    media_type: MediaType


class PdfState(StrEnum):
    """LOCKED: needs a password, or a right from elsewhere. UNKNOWN: the check gave no result."""

    READABLE = "readable"
    LOCKED = "locked"
    CUT = "cut"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class PhotoNotDecoded(Exception):
    """A photo is damaged, too large, or took too long."""


class FileStore(Protocol):
    requires_scan: bool
    """Whether a file must be scanned before it is delivered."""

    async def write_chunk(self, attachment_id: UUID, offset: int, piece: bytes) -> None:
        """The bytes are durable when it returns. Raises OSError."""

    async def complete_upload(
        self, attachment_id: UUID, check: Callable[[BinaryIO], AcceptedFile], sender: int
    ) -> StoredFile:
        """Stores the whole file durably if `check` accepts it. Nothing written later changes it.

        One upload at a time for each sender.
        """

    async def replace_content(self, attachment_id: UUID, check: Callable[[BinaryIO], AcceptedFile]) -> StoredFile:
        """Checks a stored file again and stores the accepted content. Raises FileNotFoundError, UnreadableError."""

    def convert_to_jpeg(self, photo: BinaryIO) -> bytes:
        """Converts a HEIC photo, turned upright. Blocks. Raises PhotoNotDecoded, UnreadableError."""

    def inspect_pdf(self, pdf: BinaryIO) -> PdfState:
        """Blocks for about 0.2 s, 6 s at most. Raises UnreadableError."""

    async def delete_chunks(self, attachment_id: UUID) -> None:
        """The file is complete and its row is written, so its chunks are not needed."""

    async def list_chunked_ids(self) -> list[UUID]:
        """The files that have chunks older than one hour."""

    def read(self, attachment_id: UUID) -> AsyncIterator[bytes]:
        """Yields the bytes in pieces. Raises FileNotFoundError."""

    async def has_digest(self, attachment_id: UUID, digest: str) -> bool:
        """Whether the stored bytes have this digest."""

    def delete(self, attachment_ids: list[UUID]) -> None:
        """Deletes bytes, chunks and preview. A missing file is not an error."""

    async def list_stored_ids(self) -> list[UUID]:
        """The files that have bytes older than one hour."""
