"""Makes files and folders that no other account of the machine may read, under any umask."""

import os
import stat
from collections.abc import Collection
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

_GROUP_AND_OTHERS = 0o077


def make_folder(folder: Path) -> None:
    """Creates the folder, and each missing folder above it."""
    for one in reversed((folder, *folder.parents)):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)


def make_file(path: Path) -> None:
    """Creates an empty file unless the path exists: opening and closing a database would release our locks on it."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def restrict_to_owner(path: Path) -> None:
    """Removes the rights of other accounts. It leaves a path that is absent, belongs to another account, is sticky
    (/tmp) or does not support permissions; is_open_to_others reports these.
    """
    with suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and found.st_mode & _GROUP_AND_OTHERS and not found.st_mode & stat.S_ISVTX:
            path.chmod(stat.S_IMODE(found.st_mode) & ~_GROUP_AND_OTHERS)


def restrict_folder_to_owner(folder: Path, own: Collection[str]) -> None:
    """Leaves a folder that contains a name outside these patterns: others use it too."""
    with suppress(OSError):
        if all(any(fnmatch(name, pattern) for pattern in own) for name in os.listdir(folder)):
            restrict_to_owner(folder)


def is_open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _GROUP_AND_OTHERS)
    except FileNotFoundError:
        return False
