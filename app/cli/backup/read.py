"""Unpacks a backup into a folder and checks every part before anything else changes."""

import hashlib
import json
import re
import tarfile
from pathlib import Path

from app.cli.backup.encrypted_file import BackupError, BackupReader, UnreadableBackupError
from app.cli.backup.write import DATABASE, MANIFEST, PIECES, Manifest
from db.baseline.adopt import FORMER_MIGRATIONS, is_too_old
from db.pending_migrations import list_known_migrations

_CHUNK_SIZE = 256 * 1024


def open_backup(source: Path, key: str, folder: Path) -> Manifest:
    """Leaves the parts in the folder, checked against the manifest. Raises BackupError."""
    (folder / PIECES).mkdir(mode=0o700)
    try:
        with source.open("rb") as opened:
            found = _unpack(BackupReader(opened, key), folder)
    except FileNotFoundError:
        raise BackupError(f"{source} n’existe pas.") from None
    except (tarfile.TarError, KeyError, ValueError):
        raise UnreadableBackupError from None
    manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    if found != {name: tuple(part) for name, part in manifest.parts.items()}:
        raise UnreadableBackupError
    _check_migrations(frozenset(manifest.migrations))
    return manifest


def _check_migrations(applied: frozenset[str]) -> None:
    if not applied <= list_known_migrations() | FORMER_MIGRATIONS:
        raise BackupError("Cette sauvegarde vient d’une version plus récente : installez-la d’abord.")
    if is_too_old(applied):
        raise BackupError("Cette sauvegarde est trop ancienne : restaurez-la avec la version qui l’a faite.")


def _unpack(opener: BackupReader, folder: Path) -> dict[str, tuple[int, str]]:
    found = {}
    with tarfile.open(fileobj=opener, mode="r|") as packed:  # type: ignore[call-overload]
        for entry in packed:
            target = folder / entry.name
            if not entry.isfile() or not _is_expected_part(entry.name):
                raise UnreadableBackupError
            part = _write_part(packed, entry, target)
            if entry.name != MANIFEST:
                found[entry.name] = part
    opener.read_to_end()
    return found


def _is_expected_part(name: str) -> bool:
    """True for the manifest, the database, an attachment or a chunk: never a path outside the folder."""
    return name in {MANIFEST, DATABASE} or re.fullmatch(rf"{PIECES}/[\w-]+(\.\w+)?(/\d+)?", name) is not None


def _write_part(packed: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> tuple[int, str]:
    source, digest, size = packed.extractfile(entry), hashlib.sha256(), 0
    assert source is not None
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with target.open("xb") as opened:
        target.chmod(0o600)
        while piece := source.read(_CHUNK_SIZE):
            digest.update(piece)
            size += opened.write(piece)
    return size, digest.hexdigest()
