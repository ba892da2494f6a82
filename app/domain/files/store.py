"""Where the bytes are, as the rules see it. app/gateways/files/store.py keeps them on disk."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Protocol
from uuid import UUID

from app.domain.files.file_type import MediaType


@dataclass(frozen=True)
class AcceptedFile:
    """What a file is, and what is kept in its place; content is None when it is kept as it came."""

    media_type: MediaType
    content: bytes | None = None


@dataclass(frozen=True)
class StoredFile:
    """What is kept: the SHA-256 of its bytes, how many they are, what they are."""

    digest: str
    size: int
    media_type: MediaType


class PdfState(StrEnum):
    """Whether a PDF opens. LOCKED: by a password, or by a right that lies elsewhere. UNKNOWN: it could not be said."""

    READABLE = "readable"
    LOCKED = "locked"
    CUT = "cut"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class PhotoNotDecoded(Exception):
    """A photo could not be read: it is damaged, too large, or took too long."""


class FileStore(Protocol):
    requires_scan: bool
    """Whether an antivirus must have spoken before a file leaves."""

    async def write_chunk(self, attachment_id: UUID, offset: int, piece: bytes) -> None:
        """Durable when it returns. Raises OSError."""

    async def complete_upload(
        self, attachment_id: UUID, check: Callable[[BinaryIO], AcceptedFile], sender: int
    ) -> StoredFile:
        """The whole file under its final name, durable, if the check accepts it; nothing written later changes it.

        One at a time for each sender.
        """

    async def replace_content(self, attachment_id: UUID, check: Callable[[BinaryIO], AcceptedFile]) -> StoredFile:
        """A sealed file, checked anew: what is accepted takes its place. Raises FileNotFoundError, UnreadableError."""

    def convert_to_jpeg(self, photo: BinaryIO) -> bytes:
        """A HEIC photo, upright, in a format that every computer opens. Blocks. Raises NotDecoded, UnreadableError."""

    def inspect_pdf(self, pdf: BinaryIO) -> PdfState:
        """Blocks: some 0.2 s, and 6 s at most. Raises UnreadableError."""

    async def delete_chunks(self, attachment_id: UUID) -> None:
        """The pieces are no longer needed: the file is sealed and known to the database."""

    async def list_chunked_ids(self) -> list[UUID]:
        """The files whose pieces have been lying there for more than an hour."""

    def read(self, attachment_id: UUID) -> AsyncIterator[bytes]:
        """Piece by piece. Raises FileNotFoundError."""

    async def has_digest(self, attachment_id: UUID, digest: str) -> bool:
        """Whether the bytes are those that are kept."""

    def delete(self, attachment_ids: list[UUID]) -> None:
        """Bytes, pieces and preview; what is not there is not missed."""

    async def list_stored_ids(self) -> list[UUID]:
        """Whatever has been lying there for more than an hour."""
