"""Copies the database as of one moment while others write to it, and counts the rows of each table."""

import asyncio
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import asyncpg

from app.cli.backup.encrypted_file import BackupError
from app.cli.backup.postgres_tools import run_tool
from db.engine import Engine
from db.postgres_engine import PooledPostgresEngine
from db.sqlite_engine import PooledSQLiteEngine

SQLITE, POSTGRES = "sqlite", "postgresql"
RowCounts = dict[str, int]


def find_engine_kind(engine: Engine) -> str:
    return POSTGRES if isinstance(engine, PooledPostgresEngine) else SQLITE


async def copy_database(engine: Engine, target: BinaryIO, name: Path) -> RowCounts:
    """Copies into an empty file, whose name is removed before anything is written. Raises BackupError."""
    if isinstance(engine, PooledPostgresEngine):
        await asyncio.to_thread(name.unlink)
        rows = await _dump_postgres(find_postgres_url(engine), target)
    else:
        rows = await asyncio.to_thread(_copy_sqlite, Path(engine.path), target, name)
    target.seek(0)
    return rows


def _copy_sqlite(source: Path, target: BinaryIO, name: Path) -> RowCounts:
    """Copies in one step: in WAL mode this is a snapshot, and no writer waits.

    SQLite opens a file by its name and keeps it open after the name is removed. There is no journal, which would have a
    name.
    """
    live = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30, isolation_level=None)
    with closing(live), closing(sqlite3.connect(name, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA locking_mode = EXCLUSIVE")
        copy.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not os.path.samestat(os.fstat(target.fileno()), name.stat()):
            raise BackupError(f"{name} a été supprimé pendant la sauvegarde : relancez-la.")
        name.unlink()
        live.execute("BEGIN")
        rows = count_sqlite_rows(live)
        live.backup(copy, pages=-1)
    os.pwrite(target.fileno(), _WAL_DISABLED, _WAL_FLAG_OFFSET)
    return rows


_WAL_FLAG_OFFSET, _WAL_DISABLED = 18, bytes([1, 1])
"""The offset of the write-ahead-log flag in a SQLite file, and its value without a log (file format, 1.3.3)."""


def count_sqlite_rows(database: sqlite3.Connection) -> RowCounts:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    count = 'SELECT count(*) FROM "{}"'
    return {name: int(database.execute(count.format(name)).fetchone()[0]) for (name,) in names.fetchall()}


async def _dump_postgres(url: str, target: BinaryIO) -> RowCounts:
    # pg_dump uses the snapshot in which the rows are counted
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            options = ("--format=custom", "--schema=public", f"--snapshot={snapshot}")
            await asyncio.to_thread(run_tool, "pg_dump", url, *options, output=target)
            return await count_postgres_rows(connection)
    finally:
        await connection.close()


async def count_postgres_rows(connection: Any) -> RowCounts:
    names: Iterable[Any] = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    count = 'SELECT count(*) FROM "{}"'
    return {name: int(await connection.fetchval(count.format(name))) for (name,) in names}


def find_postgres_url(engine: Engine) -> str:
    assert isinstance(engine, PooledPostgresEngine)
    return str(engine.config["dsn"])


def find_sqlite_path(engine: Engine) -> Path:
    assert isinstance(engine, PooledSQLiteEngine)
    return Path(engine.path)
