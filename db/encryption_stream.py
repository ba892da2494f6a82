"""AES-256-GCM in numbered frames of 1 MiB, the last one flagged: files of any length, with one frame at a time in
memory.

A frame that was changed, exchanged, repeated or left out does not decrypt, nor does a file that was cut.
Source: STREAM, Hoang, Reyhanitabar, Rogaway and Vizár, « Online Authenticated-Encryption », 2015; security.md 4.3.
"""

from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FRAME_SIZE = 1024 * 1024
"""Clear bytes of each frame. The last one has from 0 to this number."""
TAG_SIZE = 16
"""Bytes that encryption adds to a frame."""


class EncryptionStream:
    def __init__(self, key: bytes, header: bytes) -> None:
        """key: for this file only, because a nonce is the number of a frame. header: authenticated with each frame."""
        self._cipher, self._header = AESGCM(key), header

    def encrypt(self, number: int, clear: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(_build_nonce(number, last), clear, self._header)

    def decrypt(self, number: int, encrypted: bytes, *, last: bool) -> bytes:
        """Raises InvalidTag."""
        return self._cipher.decrypt(_build_nonce(number, last), encrypted, self._header)


def _build_nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class FrameWriter:
    """Accepts pieces of any length, as a file does, and passes each encrypted frame to write_frame."""

    def __init__(self, stream: EncryptionStream, write_frame: Callable[[bytes], object]) -> None:
        self._stream, self._write_frame = stream, write_frame
        self._number, self._waiting = 0, bytearray()

    def write(self, piece: bytes) -> int:
        self._waiting += piece
        while len(self._waiting) > FRAME_SIZE:
            self._encrypt(bytes(self._waiting[:FRAME_SIZE]), last=False)
            del self._waiting[:FRAME_SIZE]
        return len(piece)

    def close(self) -> None:
        """Writes the last frame, which completes the file. An empty file has one empty frame."""
        self._encrypt(bytes(self._waiting), last=True)

    def _encrypt(self, clear: bytes, *, last: bool) -> None:
        self._write_frame(self._stream.encrypt(self._number, clear, last=last))
        self._number += 1
