"""python -m app restore: checks everything before it changes anything. Nothing from the backup is sent by itself
afterwards.

docs/operations.md has the procedure; app/cli/backup/test_restore.py follows it.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import asyncpg

from app.cli.backup.encrypted_file import BackupError
from app.cli.backup.postgres_tools import run_tool
from app.cli.backup.read import open_backup
from app.cli.backup.snapshot import (
    POSTGRES,
    RowCounts,
    count_postgres_rows,
    count_sqlite_rows,
    find_engine_kind,
    find_postgres_url,
    find_sqlite_path,
)
from app.cli.backup.work_folder import RESTORE_FOLDER, lock_work_folder
from app.cli.backup.write import DATABASE, PIECES, Manifest, require_backup_key
from app.cli.baseline import baseline
from app.cli.database import open_database
from app.cli.erase_due import erase_due_data
from app.cli.exclusive_use import count_other_connections, is_file_open
from app.cli.seed import migrate
from app.domain.cases.lifecycle.erasure import ErasureCounts
from app.domain.operations.after_restore import RestoreCleanup, clean_up_after_restore
from app.domain.operations.health import can_decrypt_latest_case
from app.domain.platform.state import is_in_maintenance
from app.gateways.files.store import EncryptedFileStore
from app.settings import Settings
from db.engine import Engine, build_engine, get_current_engine, use_engine
from db.private_files import make_folder
from db.trigrams import INSTALL_SQL

_OLD_SCHEMA = "avant_restauration"
_MANIFEST_MISMATCH = "La base relue ne dit pas ce que dit son manifeste. Rien n’a été touché."


@dataclass(frozen=True)
class RestoreResult:
    """`erased` is None during maintenance. keys_match: this machine’s keys decrypt the backup’s data."""

    stopped: RestoreCleanup
    erased: ErasureCounts | None
    keys_match: bool


async def restore(settings: Settings, source: Path, *, replace: bool) -> tuple[Manifest, RestoreResult]:
    """Raises BackupError."""
    key, engine = require_backup_key(settings), get_current_engine()
    with lock_work_folder(settings.var_folder / RESTORE_FOLDER) as folder:
        manifest = open_backup(source, key, folder)
        if manifest.engine != find_engine_kind(engine):
            raise BackupError(f"Cette sauvegarde est celle d’une base {manifest.engine} : réglez DATABASE_URL.")
        put_back = _restore_postgres if manifest.engine == POSTGRES else _restore_sqlite
        done = await put_back(engine, folder, manifest, replace=replace)
        _replace_attachments(folder / PIECES, settings.var_folder / PIECES, folder / "avant")
    return manifest, done


async def _restore_sqlite(engine: Engine, folder: Path, manifest: Manifest, *, replace: bool) -> RestoreResult:
    """Checks and migrates the copy before it replaces the database, so that no incomplete state is ever in place."""
    place, found = find_sqlite_path(engine), folder / DATABASE
    _check_target(place, replace=replace)
    await asyncio.to_thread(_check_copy, found, manifest.rows)
    use_engine(build_engine(f"sqlite:///{found}"))
    try:
        done = await _bring_up_to_date(folder / PIECES)
    finally:
        use_engine(engine)
    _replace_database(found, place)
    return done


def _replace_database(found: Path, place: Path) -> None:
    """Deletes the old write-ahead log, which SQLite would replay into the new file."""
    make_folder(place.parent)
    for beside in ("-wal", "-shm"):
        Path(f"{place}{beside}").unlink(missing_ok=True)
    found.replace(place)


def _check_target(place: Path, *, replace: bool) -> None:
    if not place.exists():
        return
    with closing(sqlite3.connect(place, timeout=1)) as there:
        if sum(count_sqlite_rows(there).values()) and not replace:
            raise BackupError(_format_not_empty(str(place)))
    if is_file_open(str(place)):
        raise BackupError(f"{place} est ouverte : arrêtez le serveur d’abord.")


def _format_not_empty(place: str) -> str:
    return f"{place} n’est pas vide. Pour la remplacer, elle et les pièces jointes : restore FICHIER --remplacer"


def _check_copy(found: Path, rows: RowCounts) -> None:
    with closing(sqlite3.connect(found)) as database:
        whole = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        held = not database.execute("PRAGMA foreign_key_check").fetchall()
        if not (whole and held and count_sqlite_rows(database) == rows):
            raise BackupError(_MANIFEST_MISMATCH)


async def _restore_postgres(engine: Engine, folder: Path, manifest: Manifest, *, replace: bool) -> RestoreResult:
    # pg_restore creates every key and constraint again: a row that violates one undoes everything
    url = find_postgres_url(engine)
    connection = await asyncpg.connect(url)
    try:
        if await count_other_connections(connection):
            raise BackupError("D’autres sont connectés à la base : arrêtez le serveur d’abord.")
        if sum((await count_postgres_rows(connection)).values()) and not replace:
            raise BackupError(_format_not_empty("La base"))
        await connection.execute(INSTALL_SQL)
        async with _move_schema_aside(connection):
            options = ("--schema=public", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
            await asyncio.to_thread(run_tool, "pg_restore", url, *options, str(folder / DATABASE))
            if await count_postgres_rows(connection) != manifest.rows:
                raise BackupError(_MANIFEST_MISMATCH)
    finally:
        await connection.close()
    return await _bring_up_to_date(folder / PIECES)


@asynccontextmanager
async def _move_schema_aside(connection: "asyncpg.Connection") -> AsyncIterator[None]:
    """Renames the schema for the time of the block, and restores it when the block fails."""
    await connection.execute(f"ALTER SCHEMA public RENAME TO {_OLD_SCHEMA}; CREATE SCHEMA public")
    try:
        yield
    except BaseException:
        await connection.execute(f"DROP SCHEMA public CASCADE; ALTER SCHEMA {_OLD_SCHEMA} RENAME TO public")
        raise
    await connection.execute(f"DROP SCHEMA {_OLD_SCHEMA} CASCADE")


async def _bring_up_to_date(pieces: Path) -> RestoreResult:
    """Erases due cases first, so that the emails about it are held too. Nothing is erased during maintenance."""
    await baseline()
    await migrate()
    async with open_database():
        paused = await is_in_maintenance()
    erased = None if paused else await erase_due_data(EncryptedFileStore(pieces, requires_scan=False))
    async with open_database():
        return RestoreResult(await clean_up_after_restore(datetime.now(UTC)), erased, await can_decrypt_latest_case())


def _replace_attachments(found: Path, place: Path, aside: Path) -> None:
    if place.exists():
        place.replace(aside)
    found.replace(place)
    rmtree(aside, ignore_errors=True)
