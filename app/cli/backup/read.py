"""Opens a backup into a folder, and proves every part of it before anything else is touched."""

import hashlib
import json
import re
import tarfile
from pathlib import Path

from app.cli.backup.encrypted_file import BackupRefused, Opener, Unreadable
from app.cli.backup.write import DATABASE, MANIFEST, PIECES, Manifest
from db.pending import known_migrations

_PIECE = 256 * 1024


def open_backup(source: Path, key: str, folder: Path) -> Manifest:
    """The parts are in the folder, as the manifest says they were. Raises BackupRefused."""
    (folder / PIECES).mkdir(mode=0o700)
    try:
        with source.open("rb") as opened:
            found = _unpack(Opener(opened, key), folder)
    except FileNotFoundError:
        raise BackupRefused(f"{source} n’existe pas.") from None
    except (tarfile.TarError, KeyError, ValueError):
        raise Unreadable from None
    manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    if found != {name: tuple(part) for name, part in manifest.parts.items()}:
        raise Unreadable
    if not known_migrations().issuperset(manifest.migrations):
        raise BackupRefused("Cette sauvegarde vient d’une version plus récente : installez-la d’abord.")
    return manifest


def _unpack(opener: Opener, folder: Path) -> dict[str, tuple[int, str]]:
    found = {}
    with tarfile.open(fileobj=opener, mode="r|") as packed:  # type: ignore[call-overload]
        for entry in packed:
            target = folder / entry.name
            if not entry.isfile() or not _expected(entry.name):
                raise Unreadable
            part = _write(packed, entry, target)
            if entry.name != MANIFEST:
                found[entry.name] = part
    opener.finish()
    return found


def _expected(name: str) -> bool:
    """The manifest, the database, an attachment or a piece of one: nothing that climbs out of our folder."""
    return name in {MANIFEST, DATABASE} or re.fullmatch(rf"{PIECES}/[\w-]+(\.\w+)?(/\d+)?", name) is not None


def _write(packed: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> tuple[int, str]:
    source, digest, size = packed.extractfile(entry), hashlib.sha256(), 0
    assert source is not None
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with target.open("xb") as opened:
        target.chmod(0o600)
        while piece := source.read(_PIECE):
            digest.update(piece)
            size += opened.write(piece)
    return size, digest.hexdigest()
