"""Where the bytes are, as the rules see it. app/gateways/files.py keeps them on disk."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol
from uuid import UUID


@dataclass(frozen=True)
class Sealed:
    """digest is the SHA-256 of the bytes kept; verdict, what the check said of them."""

    digest: str
    verdict: str


class Store(Protocol):
    scanned: bool
    """Whether an antivirus must have spoken before a file leaves."""

    async def write(self, attachment_id: UUID, offset: int, piece: bytes) -> None:
        """Durable when it returns. Raises OSError."""

    async def seal(self, attachment_id: UUID, check: Callable[[BinaryIO], str]) -> Sealed:
        """The whole file under its final name, durable, if the check accepts it; nothing written later changes it."""

    async def tidy(self, attachment_id: UUID) -> None:
        """The pieces are no longer needed: the file is sealed and known to the database."""

    def read(self, attachment_id: UUID) -> AsyncIterator[bytes]:
        """Piece by piece. Raises FileNotFoundError."""

    async def matches(self, attachment_id: UUID, digest: str) -> bool:
        """Whether the bytes are those that were received."""

    def forget(self, attachment_ids: list[UUID]) -> None:
        """Bytes, pieces and preview; what is not there is not missed."""

    async def kept(self) -> list[UUID]:
        """Whatever has been lying there for more than an hour."""
