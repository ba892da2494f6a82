"""An encrypted file: frames of 1 MiB (db/encryption_stream.py) under a key of its own.

The header is MAGIC, the id of the key in the settings, and 32 random bytes. Frames follow. Each frame is bound to its
label, which says which attachment it belongs to and as what. No accepted file begins with MAGIC.
"""

import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag

from app.settings.keys import Key
from db.encryption import UnreadableError, derive_key, find_key, get_current_key
from db.encryption_stream import FRAME_SIZE, TAG_SIZE, EncryptionStream, FrameWriter

MAGIC = b"\0aplus sealed 1\0"
_SALT_SIZE = 32
_KEY_ID_SIZE = 20
HEADER_SIZE = len(MAGIC) + _KEY_ID_SIZE + _SALT_SIZE


def encrypt_chunks(target: BinaryIO, label: str, pieces: Iterable[bytes]) -> None:
    """Writes a complete encrypted file under the current key."""
    key, salt = get_current_key(), os.urandom(_SALT_SIZE)
    target.write(MAGIC + key.id.encode().ljust(_KEY_ID_SIZE) + salt)
    frames = FrameWriter(_build_stream(key, salt, label), target.write)
    for piece in pieces:
        frames.write(piece)
    frames.close()


def _build_stream(key: Key, salt: bytes, place: str) -> EncryptionStream:
    header = b"\0".join((place.encode(), key.id.encode(), salt))
    return EncryptionStream(derive_key(key, "files", salt), header)


def read_key_id(path: Path) -> str | None:
    """The id of the key that encrypts the file; None for a clear file. Raises FileNotFoundError."""
    with path.open("rb") as opened:
        head = opened.read(HEADER_SIZE)
    return _parse_key_id(head) if head.startswith(MAGIC) and len(head) == HEADER_SIZE else None


def _parse_key_id(head: bytes) -> str:
    return head[len(MAGIC) : len(MAGIC) + _KEY_ID_SIZE].rstrip().decode("ascii", "replace")


class DecryptedFile(io.RawIOBase):
    """Decrypts an encrypted file, from any position, with one frame at a time in memory."""

    def __init__(self, path: Path, label: str) -> None:
        """Raises FileNotFoundError, UnreadableError, MissingKeyError."""
        super().__init__()
        self._file = path.open("rb")
        try:
            head = self._file.read(HEADER_SIZE)
            if not head.startswith(MAGIC) or len(head) < HEADER_SIZE:
                raise UnreadableError(f"{label}: not sealed")
            salt = head[-_SALT_SIZE:]
            self._stream = _build_stream(find_key(_parse_key_id(head)), salt, label)
            self._compute_size(label)
        except BaseException:
            self._file.close()
            raise

    def _compute_size(self, place: str) -> None:
        held = os.fstat(self._file.fileno()).st_size - HEADER_SIZE
        self._count = -(-held // (FRAME_SIZE + TAG_SIZE))
        self.size = held - self._count * TAG_SIZE
        if held < TAG_SIZE or self.size < (self._count - 1) * FRAME_SIZE:
            raise UnreadableError(f"{place}: cut")
        self._place, self._at, self._open = place, 0, (-1, b"")

    def read_frame(self, number: int) -> bytes:
        """Raises UnreadableError."""
        if self._open[0] != number:
            self._file.seek(HEADER_SIZE + number * (FRAME_SIZE + TAG_SIZE))
            sealed = self._file.read(FRAME_SIZE + TAG_SIZE)
            try:
                clear = self._stream.decrypt(number, sealed, last=number == self._count - 1)
            except (InvalidTag, ValueError) as failure:
                raise UnreadableError(f"{self._place}: frame {number}") from failure
            self._open = number, clear
        return self._open[1]

    def __iter__(self) -> Iterator[bytes]:
        return (self.read_frame(number) for number in range(self._count))

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        number, start = divmod(self._at, FRAME_SIZE)
        found = self.read_frame(number)[start : start + len(view)] if self._at < self.size else b""
        view[: len(found)] = found
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()
