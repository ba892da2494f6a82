"""Files and folders that no other account of the machine may read, with any umask of who makes them."""

import os
import stat
from collections.abc import Collection
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

_GROUP_AND_OTHERS = 0o077


def make_folder(folder: Path) -> None:
    """The folder, and each folder above it that is missing."""
    for one in reversed((folder, *folder.parents)):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)


def make_file(path: Path) -> None:
    """An empty file, unless the path exists already: to open and close a database ends the locks that we hold on it."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def restrict_to_owner(path: Path) -> None:
    """Removes the rights of other accounts. A path that is absent, belongs to another account, is sticky (/tmp) or lies
    where rights cannot be set is left as it is: is_open_to_others says so.
    """
    with suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and found.st_mode & _GROUP_AND_OTHERS and not found.st_mode & stat.S_ISVTX:
            path.chmod(stat.S_IMODE(found.st_mode) & ~_GROUP_AND_OTHERS)


def restrict_folder_to_owner(folder: Path, own: Collection[str]) -> None:
    """A folder with anything in it that no pattern of own names is used by others too: it is left as it is."""
    with suppress(OSError):
        if all(any(fnmatch(name, pattern) for pattern in own) for name in os.listdir(folder)):
            restrict_to_owner(folder)


def is_open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _GROUP_AND_OTHERS)
    except FileNotFoundError:
        return False
