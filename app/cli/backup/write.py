"""python -m app backup: writes the database and the attachments into one encrypted file, complete or absent.

Attachments are copied after the database: their bytes are durable before a row refers to them, and do not change. An
old image may be cleaned in between. Its row in the copy then still asks for cleaning, which corrects it.
"""

import hashlib
import io
import json
import logging
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from app.cli.backup.encrypted_file import BackupError, BackupWriter
from app.cli.backup.snapshot import RowCounts, copy_database, find_engine_kind
from app.cli.backup.work_folder import open_unnamed_file
from app.cli.database import open_database
from app.domain.operations.last_backup import record_backup
from app.settings import Settings
from db.engine import get_current_engine
from db.pending_migrations import list_applied_migrations

log = logging.getLogger("aplus.backups")
DATABASE, MANIFEST, PIECES = "base", "manifeste.json", "pieces"


@dataclass
class Manifest:
    """parts: name -> (size, SHA-256)."""

    made_at: str
    engine: str
    migrations: list[str]
    rows: RowCounts
    parts: dict[str, tuple[int, str]] = field(default_factory=dict)


async def create_backup(settings: Settings, target: Path) -> tuple[Path, Manifest]:
    """Raises BackupError."""
    key, now = require_backup_key(settings), datetime.now(UTC)
    place = _choose_target(target, now)
    with open_unnamed_file(settings.var_folder) as (copied, name):
        manifest = await _make_manifest(copied, name, now)
        with write_atomically(place) as opened:
            sealer = BackupWriter(opened, key)
            _pack(sealer, manifest, copied, settings.var_folder / PIECES)
            sealer.close()
    await _record_backup(now)
    return place, manifest


async def _record_backup(now: datetime) -> None:
    """For monitoring. A failure is only logged: the backup is complete."""
    try:
        async with open_database(any_schema=True):
            await record_backup(now)
    except Exception:
        log.exception("backup written but not recorded")


def _choose_target(target: Path, now: datetime) -> Path:
    place = target / f"aplus-{now:%Y%m%dT%H%M%SZ}.sauvegarde" if target.is_dir() else target
    if place.exists() or not place.parent.is_dir():
        raise BackupError(f"{place} existe déjà, ou son dossier n’existe pas : donnez un autre nom, ou un dossier.")
    return place


def require_backup_key(settings: Settings) -> str:
    """Raises BackupError without a key. app/settings checks its length."""
    if not settings.backup_key:
        raise BackupError(
            "BACKUP_KEY : donnez la clé des sauvegardes (openssl rand -base64 32), et gardez-la ailleurs qu’elles."
        )
    return settings.backup_key


async def _make_manifest(copied: BinaryIO, name: Path, now: datetime) -> Manifest:
    engine = get_current_engine()
    async with open_database(any_schema=True):
        done = sorted(await list_applied_migrations())
    return Manifest(now.isoformat(), find_engine_kind(engine), done, await copy_database(engine, copied, name))


def _pack(sealer: BackupWriter, manifest: Manifest, copied: BinaryIO, pieces: Path) -> None:
    """Writes the manifest last, with the sizes and digests that were really read."""
    with tarfile.open(fileobj=sealer, mode="w|") as packed:  # type: ignore[call-overload]
        manifest.parts[DATABASE] = _add_part(packed, DATABASE, copied)
        for path in _list_stored_files(pieces):
            name = f"{PIECES}/{path.relative_to(pieces).as_posix()}"
            try:
                with path.open("rb") as opened:
                    manifest.parts[name] = _add_part(packed, name, opened)
            except FileNotFoundError:
                continue  # erased meanwhile
        content = json.dumps(asdict(manifest)).encode()
        packed.addfile(_make_entry(MANIFEST, len(content)), io.BytesIO(content))


def _list_stored_files(folder: Path) -> list[Path]:
    """Complete files and received chunks, without those being written: app/gateways/files/store.py."""
    whole = [path for path in folder.glob("*") if path.is_file() and path.name.count(".") < 2]
    return sorted([*whole, *(path for path in folder.glob("*.part/*") if path.name.isdecimal())])


class _HashingReader:
    def __init__(self, source: BinaryIO) -> None:
        self._source, self.digest = source, hashlib.sha256()

    def read(self, most: int = -1) -> bytes:
        piece = self._source.read(most)
        self.digest.update(piece)
        return piece


def _add_part(packed: tarfile.TarFile, name: str, opened: BinaryIO) -> tuple[int, str]:
    size, source = os.fstat(opened.fileno()).st_size, _HashingReader(opened)
    packed.addfile(_make_entry(name, size), source)
    return size, source.digest.hexdigest()


def _make_entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


@contextmanager
def write_atomically(place: Path) -> Iterator[BinaryIO]:
    """The file gets its name once every byte is durable."""
    partial = place.with_name(f"{place.name}.partiel")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(place.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
