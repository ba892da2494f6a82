"""A file that only BACKUP_KEY opens: frames of 1 MiB (db/encryption_stream.py), each behind its length.

Each file has a key of its own, derived from BACKUP_KEY and 32 random bytes. Source: security.md 4.3, 4.11.
"""

import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.encryption_stream import FRAME, TAG, EncryptionStream, FrameWriter

MAGIC = b"APLUS-SAUVEGARDE-1\n"
_SALT, _LENGTH = 32, 4


class BackupRefused(Exception):
    """Why, in French, for the command line."""


class Unreadable(BackupRefused):
    """Not ours, not with this key, or not whole."""

    def __init__(self) -> None:
        super().__init__(
            "Cette sauvegarde ne s’ouvre pas : ce n’est pas la bonne clé (BACKUP_KEY), ou le fichier a changé ou est "
            "incomplet. Rien n’a été touché."
        )


def _stream(key: str, salt: bytes) -> EncryptionStream:
    return EncryptionStream(HKDF(SHA256(), 32, salt, MAGIC).derive(key.encode()), MAGIC)


class Sealer(FrameWriter):
    """Each frame behind its length: nothing else says where one ends."""

    def __init__(self, target: BinaryIO, key: str) -> None:
        salt = secrets.token_bytes(_SALT)
        super().__init__(_stream(key, salt), lambda frame: target.write(len(frame).to_bytes(_LENGTH, "big") + frame))
        target.write(MAGIC + salt)


class Opener:
    """Gives back what was sealed, frame by frame; no byte leaves before its frame is proved. Raises Unreadable."""

    def __init__(self, source: BinaryIO, key: str) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise Unreadable
        self._source, self._stream, self._number = source, _stream(key, source.read(_SALT)), 0
        self._ready, self._ended = bytearray(), False

    def read(self, most: int) -> bytes:
        while len(self._ready) < most and not self._ended:
            self._open_next()
        piece = bytes(self._ready[:most])
        del self._ready[:most]
        return piece

    def finish(self) -> None:
        """To the end of the file: what follows the last frame is not ours."""
        while not self._ended:
            self._open_next()

    def _open_next(self) -> None:
        length = int.from_bytes(self._source.read(_LENGTH), "big")
        if not TAG <= length <= FRAME + TAG:
            raise Unreadable
        sealed = self._source.read(length)
        self._ended = not self._source.peek(1)[:1]  # type: ignore[attr-defined]
        try:
            self._ready += self._stream.decrypt(self._number, sealed, last=self._ended)
        except InvalidTag:
            raise Unreadable from None
        self._number += 1
