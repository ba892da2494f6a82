"""Whether other processes use a database that a command is about to change as a whole."""

import sqlite3
from contextlib import closing

import asyncpg

from app.cli.backup.snapshot import find_postgres_url, find_sqlite_path
from db.engine import Engine
from db.postgres_engine import PooledPostgresEngine

_OTHERS_SQL = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


async def is_used_by_others(engine: Engine) -> bool:
    """To be asked before this process opens its own connections."""
    if not isinstance(engine, PooledPostgresEngine):
        place = find_sqlite_path(engine)
        return place.exists() and is_file_open(str(place))
    connection = await asyncpg.connect(find_postgres_url(engine))
    try:
        return await count_other_connections(connection) > 0
    finally:
        await connection.close()


async def count_other_connections(connection: "asyncpg.Connection") -> int:
    return int(await connection.fetchval(_OTHERS_SQL))


def is_file_open(place: str) -> bool:
    """True when another connection has this SQLite file open, even to read."""
    with closing(sqlite3.connect(place, timeout=1)) as database:
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
    return False
