"""Files and folders that no other account of the machine may read, with any umask of who makes them."""

import os
import stat
from pathlib import Path

_OTHERS = 0o077


def make_folder(folder: Path) -> None:
    """The folder, and each folder above it that is missing."""
    for one in reversed((folder, *folder.parents)):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)


def make_file(path: Path) -> None:
    """An empty file, unless the path exists already."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def tighten(path: Path) -> None:
    """Removes the rights of other accounts. A path that is absent, belongs to another account or is sticky (/tmp) is
    left as it is: is_open_to_others says so.
    """
    if is_open_to_others(path):
        found = path.stat()
        if found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX:
            path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)


def is_open_to_others(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & _OTHERS)
