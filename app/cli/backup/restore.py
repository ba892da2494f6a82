"""python -m app restore: everything is proved before anything is touched, and nothing of the past acts by itself after.

The written procedure is docs/operations.md's; app/cli/backup/test_restore.py follows it.
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

from app.cli.backup.encrypted_file import BackupRefused
from app.cli.backup.postgres_tools import run_tool
from app.cli.backup.read import open_backup
from app.cli.backup.snapshot import POSTGRES, Rows, kind_of, postgres_rows, postgres_url, rows_of, sqlite_path
from app.cli.backup.work_folder import RESTORE, working_folder
from app.cli.backup.write import DATABASE, PIECES, Manifest, required_key
from app.cli.database import database
from app.cli.erase_due import erase_now
from app.cli.seed import migrate
from app.domain.cases.lifecycle.erasure import Erased
from app.domain.operations.after_restore import Quieted, quiet
from app.domain.operations.health import what_is_sealed_opens
from app.domain.platform.state import in_maintenance
from app.gateways.files.store import Files
from app.settings import Settings
from db.engine import Engine, current_engine, engine_for, use
from db.private_files import make_folder
from db.trigrams import prepared

_ASIDE = "avant_restauration"
_DIFFERENT = "La base relue ne dit pas ce que dit son manifeste. Rien n’a été touché."


@dataclass(frozen=True)
class Done:
    """erased is None in maintenance. opens: the keys of this machine are those of the backup."""

    quieted: Quieted
    erased: Erased | None
    opens: bool


async def restore(settings: Settings, source: Path, *, replace: bool) -> tuple[Manifest, Done]:
    """Raises BackupRefused."""
    key, engine = required_key(settings), current_engine()
    with working_folder(settings.var_folder / RESTORE) as folder:
        manifest = open_backup(source, key, folder)
        if manifest.engine != kind_of(engine):
            raise BackupRefused(f"Cette sauvegarde est celle d’une base {manifest.engine} : réglez DATABASE_URL.")
        put_back = _to_postgres if manifest.engine == POSTGRES else _to_sqlite
        done = await put_back(engine, folder, manifest, replace=replace)
        _swap(folder / PIECES, settings.var_folder / PIECES, folder / "avant")
    return manifest, done


async def _to_sqlite(engine: Engine, folder: Path, manifest: Manifest, *, replace: bool) -> Done:
    """The copy is proved, brought up to date and made quiet before it takes the place: no moment is unsafe."""
    place, found = sqlite_path(engine), folder / DATABASE
    _require_place(place, replace=replace)
    await asyncio.to_thread(_prove, found, manifest.rows)
    use(engine_for(f"sqlite:///{found}"))
    try:
        done = await _bring_up_to_date(folder / PIECES)
    finally:
        use(engine)
    _put(found, place)
    return done


def _put(found: Path, place: Path) -> None:
    """Without the log of what was there: SQLite would play it into the new file."""
    make_folder(place.parent)
    for beside in ("-wal", "-shm"):
        Path(f"{place}{beside}").unlink(missing_ok=True)
    found.replace(place)


def _require_place(place: Path, *, replace: bool) -> None:
    if not place.exists():
        return
    with closing(sqlite3.connect(place, timeout=1)) as there:
        if sum(rows_of(there).values()) and not replace:
            raise BackupRefused(_not_empty(str(place)))
        try:
            there.execute("PRAGMA locking_mode = EXCLUSIVE")
            there.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise BackupRefused(f"{place} est ouverte : arrêtez le serveur d’abord.") from None


def _not_empty(place: str) -> str:
    return f"{place} n’est pas vide. Pour la remplacer, elle et les pièces jointes : restore FICHIER --remplacer"


def _prove(found: Path, rows: Rows) -> None:
    with closing(sqlite3.connect(found)) as database:
        whole = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        held = not database.execute("PRAGMA foreign_key_check").fetchall()
        if not (whole and held and rows_of(database) == rows):
            raise BackupRefused(_DIFFERENT)


async def _to_postgres(engine: Engine, folder: Path, manifest: Manifest, *, replace: bool) -> Done:
    """pg_restore makes every key and constraint anew: a row that breaks one takes all of it back."""
    url = postgres_url(engine)
    connection = await asyncpg.connect(url)
    try:
        if await _others(connection):
            raise BackupRefused("D’autres sont connectés à la base : arrêtez le serveur d’abord.")
        if sum((await postgres_rows(connection)).values()) and not replace:
            raise BackupRefused(_not_empty("La base"))
        await connection.execute(prepared())
        async with _in_its_place(connection):
            options = ("--schema=public", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
            await asyncio.to_thread(run_tool, "pg_restore", url, *options, str(folder / DATABASE))
            if await postgres_rows(connection) != manifest.rows:
                raise BackupRefused(_DIFFERENT)
    finally:
        await connection.close()
    return await _bring_up_to_date(folder / PIECES)


@asynccontextmanager
async def _in_its_place(connection: "asyncpg.Connection") -> AsyncIterator[None]:
    """What was there stands aside, and comes back when the restore does not succeed."""
    await connection.execute(f"ALTER SCHEMA public RENAME TO {_ASIDE}; CREATE SCHEMA public")
    try:
        yield
    except BaseException:
        await connection.execute(f"DROP SCHEMA public CASCADE; ALTER SCHEMA {_ASIDE} RENAME TO public")
        raise
    await connection.execute(f"DROP SCHEMA {_ASIDE} CASCADE")


async def _others(connection: "asyncpg.Connection") -> int:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    sql += " AND backend_type = 'client backend'"
    return int(await connection.fetchval(sql))


async def _bring_up_to_date(pieces: Path) -> Done:
    """Erased first: what that writes to tell is held too. During a maintenance nothing is due."""
    await migrate()
    async with database():
        paused = await in_maintenance()
    erased = None if paused else await erase_now(Files(pieces, scanned=False))
    async with database():
        return Done(await quiet(datetime.now(UTC)), erased, await what_is_sealed_opens())


def _swap(found: Path, place: Path, aside: Path) -> None:
    """The attachments of then in the place of those of now."""
    if place.exists():
        place.replace(aside)
    found.replace(place)
    rmtree(aside, ignore_errors=True)
