"""Holds the clear copy of a database during a backup or a restore, so that a SIGKILL leaves none behind.

A backup’s copy loses its name before its first byte, so the system frees it with the process. A restored database needs
a name, because SQLite opens it by name. Its folder is locked by the process, and each later command (python -m app …)
removes it when it is not locked any more.
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
"""The folder of copies in releases before 2026-11-26; the name of an empty file that a kill left."""
_SETTLED_SECONDS = 3600.0
_RESTORE_RUNNING = (
    "Une autre restauration est en cours dans {} : attendez sa fin ; si aucune ne tourne, un autre compte a laissé ce "
    "dossier : supprimez-le. Rien n’a été touché."
)


@contextmanager
def open_unnamed_file(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """An empty file for our account only, with its name. The writer removes the name before the first byte."""
    prefix, suffix = _UNNAMED_PATTERN.split("*")
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=prefix, suffix=suffix)
    try:
        with os.fdopen(descriptor, "w+b") as opened:
            yield opened, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def lock_work_folder(folder: Path) -> Iterator[Path]:
    """A locked empty folder for our account, deleted at the end. Raises BackupError while another process uses it."""
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
    """Removes what a killed backup or restore left. A lock ends with its process.

    An empty file younger than an hour may belong to a backup that is about to open it.
    """
    for name in (RESTORE_FOLDER, _OLD_BACKUP_FOLDER):
        _remove_unlocked(folder / name)
    for empty in folder.glob(_UNNAMED_PATTERN):
        with suppress(FileNotFoundError):
            if time.time() - empty.stat().st_mtime > _SETTLED_SECONDS:
                empty.unlink()


def _remove_unlocked(folder: Path) -> None:
    """Leaves a folder of another account, which must not stop this command."""
    with suppress(FileNotFoundError, PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            rmtree(folder, ignore_errors=True)
        os.close(descriptor)
