"""A file that only BACKUP_KEY opens: frames of AES-256-GCM, numbered, the last one marked.

A frame that was changed, moved, repeated or left out does not open, nor does a file cut after one of them.
Each file has a key of its own, derived from BACKUP_KEY and 32 random bytes. Source: security.md 4.3, 4.11.
"""

import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"APLUS-SAUVEGARDE-1\n"
FRAME = 1024 * 1024
_SALT, _LENGTH, _TAG = 32, 4, 16


class BackupRefused(Exception):
    """Why, in French, for the command line."""


class Unreadable(BackupRefused):
    """Not ours, not with this key, or not whole."""

    def __init__(self) -> None:
        super().__init__(
            "Cette sauvegarde ne s’ouvre pas : ce n’est pas la bonne clé (BACKUP_KEY), ou le fichier a changé ou est "
            "incomplet. Rien n’a été touché."
        )


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, MAGIC).derive(key.encode()))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """Takes bytes as a file does; what is written is whole once close() has returned."""

    def __init__(self, target: BinaryIO, key: str) -> None:
        salt = secrets.token_bytes(_SALT)
        self._target, self._cipher, self._number, self._waiting = target, _cipher(key, salt), 0, bytearray()
        target.write(MAGIC + salt)

    def write(self, piece: bytes) -> int:
        self._waiting += piece
        while len(self._waiting) > FRAME:
            self._seal(bytes(self._waiting[:FRAME]), last=False)
            del self._waiting[:FRAME]
        return len(piece)

    def close(self) -> None:
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), plain, MAGIC)
        self._target.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._number += 1


class Opener:
    """Gives back what was sealed, frame by frame; no byte leaves before its frame is proved. Raises Unreadable."""

    def __init__(self, source: BinaryIO, key: str) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise Unreadable
        self._source, self._cipher, self._number = source, _cipher(key, source.read(_SALT)), 0
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
        if not _TAG <= length <= FRAME + _TAG:
            raise Unreadable
        sealed = self._source.read(length)
        self._ended = not self._source.peek(1)[:1]  # type: ignore[attr-defined]
        try:
            self._ready += self._cipher.decrypt(_nonce(self._number, last=self._ended), sealed, MAGIC)
        except InvalidTag:
            raise Unreadable from None
        self._number += 1
