"""Writes an encrypted file that is complete or absent, even after a power cut; reads it decrypted."""

import fcntl
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from app.gateways.files.encrypted_file import DecryptedFile, encrypt_chunks
from db.encryption_stream import FRAME_SIZE


def write_encrypted(path: Path, label: str, pieces: Iterable[bytes], *, replace_only: bool = False) -> None:
    """Writes a durable file, complete or absent, readable by its owner only.

    replace_only: writes only where the file still exists. Otherwise a file that was erased meanwhile would reappear.
    """
    new = path.parent / f"{path.name.partition('.')[0]}.{uuid4().hex}.part"
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as target:
            encrypt_chunks(target, label, pieces)
            target.flush()
            os.fsync(target.fileno())
        if path.exists() or not replace_only:
            new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    sync_folder(path.parent)


def open_decrypted(path: Path, label: str) -> BinaryIO:
    """Raises FileNotFoundError, or UnreadableError at once or during reading."""
    return io.BufferedReader(DecryptedFile(path, label), FRAME_SIZE // 4)


def build_chunk_label(folder: Path, offset: int) -> str:
    """The label that binds a chunk to its upload and offset."""
    return f"{folder.name}/{offset}"


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Excludes other writers of this folder. The lock ends with its process. Raises FileNotFoundError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes a creation or a rename in this folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
