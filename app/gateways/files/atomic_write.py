"""Writing a sealed file so that it is there whole, after a power cut too, or not at all; reading it in clear."""

import fcntl
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from app.gateways.files.encrypted_file import Frames, seal_pieces
from db.encryption_stream import FRAME


def write_sealed(path: Path, place: str, pieces: Iterable[bytes], *, over: bool = False) -> None:
    """Durable, whole under its name or not there, for its owner alone.

    over: only in the place of what is still there, or what was erased meanwhile would come back.
    """
    new = path.parent / f"{path.name.partition('.')[0]}.{uuid4().hex}.part"
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as target:
            seal_pieces(target, place, pieces)
            target.flush()
            os.fsync(target.fileno())
        if path.exists() or not over:
            new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    keep_names(path.parent)


def clear(path: Path, place: str) -> BinaryIO:
    """Raises FileNotFoundError, UnreadableError, then or while it is read."""
    return io.BufferedReader(Frames(path, place), FRAME // 4)


def piece_of(folder: Path, offset: int) -> str:
    """The place of one piece of an upload."""
    return f"{folder.name}/{offset}"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Of this folder's writers. A lock dies with its process. Raises FileNotFoundError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def keep_names(folder: Path) -> None:
    """A file that was created or renamed is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
