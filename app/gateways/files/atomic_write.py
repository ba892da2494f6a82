"""Writing a sealed file so that it is there whole, after a power cut too, or not at all; reading it in clear."""

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
    """Durable, whole under its name or not there, for its owner alone.

    over: only in the place of what is still there, or what was erased meanwhile would come back.
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
    """Raises FileNotFoundError, UnreadableError, then or while it is read."""
    return io.BufferedReader(DecryptedFile(path, label), FRAME_SIZE // 4)


def build_chunk_label(folder: Path, offset: int) -> str:
    """The place of one piece of an upload."""
    return f"{folder.name}/{offset}"


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Of this folder's writers. A lock dies with its process. Raises FileNotFoundError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """A file that was created or renamed is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
