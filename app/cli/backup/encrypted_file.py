"""A file that only BACKUP_KEY decrypts: frames of 1 MiB (db/encryption_stream.py), each after its length.

Each file has its own key, derived from BACKUP_KEY and 32 random bytes. Source: security.md 4.3, 4.11.
"""

import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.encryption_stream import FRAME_SIZE, TAG_SIZE, EncryptionStream, FrameWriter

MAGIC = b"APLUS-SAUVEGARDE-1\n"
_SALT_SIZE, _LENGTH_SIZE = 32, 4


class BackupError(Exception):
    """The message, in French, is for the command line."""


class UnreadableBackupError(BackupError):
    """The file is not a backup, has another key, or is incomplete."""

    def __init__(self) -> None:
        super().__init__(
            "Cette sauvegarde ne s’ouvre pas : ce n’est pas la bonne clé (BACKUP_KEY), ou le fichier a changé ou est "
            "incomplet. Rien n’a été touché."
        )


def _build_stream(key: str, salt: bytes) -> EncryptionStream:
    return EncryptionStream(HKDF(SHA256(), 32, salt, MAGIC).derive(key.encode()), MAGIC)


class BackupWriter(FrameWriter):
    """Writes each frame after its length, which shows where it ends."""

    def __init__(self, target: BinaryIO, key: str) -> None:
        salt = secrets.token_bytes(_SALT_SIZE)
        super().__init__(
            _build_stream(key, salt), lambda frame: target.write(len(frame).to_bytes(_LENGTH_SIZE, "big") + frame)
        )
        target.write(MAGIC + salt)


class BackupReader:
    """Decrypts frame by frame. No byte is returned before its frame is authenticated. Raises UnreadableBackupError."""

    def __init__(self, source: BinaryIO, key: str) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise UnreadableBackupError
        self._source, self._stream, self._number = source, _build_stream(key, source.read(_SALT_SIZE)), 0
        self._ready, self._ended = bytearray(), False

    def read(self, most: int) -> bytes:
        while len(self._ready) < most and not self._ended:
            self._decrypt_next()
        piece = bytes(self._ready[:most])
        del self._ready[:most]
        return piece

    def read_to_end(self) -> None:
        """Reads to the end of the file: bytes after the last frame are an error."""
        while not self._ended:
            self._decrypt_next()

    def _decrypt_next(self) -> None:
        length = int.from_bytes(self._source.read(_LENGTH_SIZE), "big")
        if not TAG_SIZE <= length <= FRAME_SIZE + TAG_SIZE:
            raise UnreadableBackupError
        sealed = self._source.read(length)
        self._ended = not self._source.peek(1)[:1]  # type: ignore[attr-defined]
        try:
            self._ready += self._stream.decrypt(self._number, sealed, last=self._ended)
        except InvalidTag:
            raise UnreadableBackupError from None
        self._number += 1
