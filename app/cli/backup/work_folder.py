"""Where a clear copy of the database lies while it is backed up or restored, and how a SIGKILL leaves none.

A backup's copy has no name from before its first byte: the system frees it with the process. A restored database must
have a name, SQLite opens it by that: its folder is locked by the process that works there, and every later command
(python -m app …) removes one that is not locked any more.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from typing import BinaryIO

from app.cli.backup.encrypted_file import BackupError

RESTORE_FOLDER = "restauration.tmp"
_OLD_BACKUP_FOLDER, _UNNAMED_PATTERN = "sauvegarde.tmp", "sauvegarde-*.vide"
"""The folder in which releases before 2026-11-26 copied the database; a file whose name a kill left, without a byte."""
_SETTLED_SECONDS = 3600.0
_RESTORE_RUNNING = (
    "Une autre restauration est en cours dans {} : attendez sa fin ; si aucune ne tourne, un autre compte a laissé ce "
    "dossier : supprimez-le. Rien n’a été touché."
)


@contextmanager
def open_unnamed_file(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """An empty file for our account alone, and its name, which the writer removes before the first byte."""
    prefix, suffix = _UNNAMED_PATTERN.split("*")
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=prefix, suffix=suffix)
    try:
        with os.fdopen(descriptor, "w+b") as opened:
            yield opened, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def lock_work_folder(folder: Path) -> Iterator[Path]:
    """For our account alone, empty, locked, and gone at the end. Raises BackupRefused while another works there."""
    _remove_unlocked(folder)
    try:
        folder.mkdir(mode=0o700, parents=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except (FileExistsError, FileNotFoundError):
        raise BackupError(_RESTORE_RUNNING.format(folder)) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def remove_leftovers(folder: Path) -> None:
    """What a backup or a restore that was killed left here. A lock dies with its process.

    An empty name that is younger than an hour may be that of a backup which is about to open it.
    """
    for name in (RESTORE_FOLDER, _OLD_BACKUP_FOLDER):
        _remove_unlocked(folder / name)
    for empty in folder.glob(_UNNAMED_PATTERN):
        with suppress(FileNotFoundError):
            if time.time() - empty.stat().st_mtime > _SETTLED_SECONDS:
                empty.unlink()


def _remove_unlocked(folder: Path) -> None:
    """What another account left stays: this command has other work to do."""
    with suppress(FileNotFoundError, PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            rmtree(folder, ignore_errors=True)
        os.close(descriptor)
