"""A SQLite file, read or filled row by row. Its single connection holds the write lock until the end."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from piccolo.table import Table

from app.cli.move.tables import (
    LOCK_TIMEOUT,
    MAINTENANCE_SQL,
    MIGRATIONS_SQL,
    MoveError,
    format_columns,
    get_key_name,
    get_table_name,
    list_columns,
)
from app.cli.move.values import BadValueError, Row, build_reader

_BATCH = 500


class SqliteSide:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def list_migrations(self) -> frozenset[str]:
        return frozenset(row[0] for row in self._connection.execute(MIGRATIONS_SQL))

    async def is_in_maintenance(self) -> bool:
        return bool(self._connection.execute(MAINTENANCE_SQL).fetchall())

    async def read_rows(self, table: type[Table]) -> AsyncIterator[Row]:
        """Reads in the order of the key. Raises MoveError, which names the row and the column."""
        sql = f'SELECT {format_columns(table)} FROM "{get_table_name(table)}" ORDER BY "{get_key_name(table)}"'  # noqa: S608 # nosec B608
        readers = [build_reader(column) for column in table._meta.columns]
        try:
            for stored in self._connection.execute(sql):
                yield [_read(table, at, stored, reader) for at, reader in enumerate(readers)]
        except sqlite3.OperationalError:
            raise MoveError(
                f"Table {get_table_name(table)} : un texte qui n’en est pas un (UTF-8). Corrigez-le."
            ) from None

    async def write_rows(self, table: type[Table], rows: AsyncIterator[Row]) -> None:
        """Foreign keys are checked at the end of the transaction. Piccolo’s adapters write dates and times."""
        places = ", ".join("?" for _ in list_columns(table))
        sql = f'INSERT INTO "{get_table_name(table)}" ({format_columns(table)}) VALUES ({places})'  # noqa: S608 # nosec B608
        batch: list[Row] = []
        async for row in rows:
            batch.append([str(value) if isinstance(value, UUID) else value for value in row])
            if len(batch) == _BATCH:
                self._connection.executemany(sql, batch)
                batch.clear()
        self._connection.executemany(sql, batch)

    async def find_last_id(self, table: type[Table]) -> int:
        """SQLite numbers from the highest id that exists."""
        sql = f'SELECT max("{get_key_name(table)}") FROM "{get_table_name(table)}"'  # noqa: S608 # nosec B608
        return int(self._connection.execute(sql).fetchone()[0] or 0)

    async def set_next_id(self, table: type[Table], last: int) -> None:
        """SQLite needs nothing here."""

    async def commit(self) -> None:
        self._connection.execute("COMMIT")


def _read(table: type[Table], at: int, stored: Row, reader: Any) -> Any:
    try:
        return reader(stored[at])
    except BadValueError as wrong:
        names = list_columns(table)
        key = stored[names.index(get_key_name(table))]
        raise MoveError(
            f"Table {get_table_name(table)}, ligne {key}, colonne {names[at]} : {wrong}. "
            "Corrigez la source, puis recommencez."
        ) from None


def is_empty(path: Path) -> bool:
    """True also when the file does not exist."""
    if not path.exists():
        return True
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as there:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('migration')"
        names = [name for (name,) in there.execute(sql).fetchall()]
        return not any(there.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for name in names)  # noqa: S608 # nosec B608


@contextmanager
def open_sqlite_side(path: Path) -> Iterator[SqliteSide]:
    """Others can read, and cannot write. Nothing changes unless commit() is called."""
    if not path.exists():
        raise MoveError(f"{path} n’existe pas.")
    with closing(sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            raise MoveError(f"{path} : quelqu’un y écrit, ou elle ne se laisse pas écrire. Réessayez.") from None
        connection.execute("PRAGMA defer_foreign_keys = ON")
        yield SqliteSide(connection)
