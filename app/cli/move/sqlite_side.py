"""A SQLite file, read or filled row by row. Its one connection holds the writers' turn until the end."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from piccolo.table import Table

from app.cli.move.tables import DONE, PATIENCE, PAUSED, MoveRefused, columns_of, key_of, listed, name_of
from app.cli.move.values import BadValueError, Row, reader_of

_BATCH = 500


class SqliteSide:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def migrations(self) -> frozenset[str]:
        return frozenset(row[0] for row in self._connection.execute(DONE))

    async def paused(self) -> bool:
        return bool(self._connection.execute(PAUSED).fetchall())

    async def rows(self, table: type[Table]) -> AsyncIterator[Row]:
        """In the order of the key. Raises MoveRefused, naming the row and the column."""
        sql = f'SELECT {listed(table)} FROM "{name_of(table)}" ORDER BY "{key_of(table)}"'  # noqa: S608 # nosec B608
        readers = [reader_of(column) for column in table._meta.columns]
        try:
            for stored in self._connection.execute(sql):
                yield [_read(table, at, stored, reader) for at, reader in enumerate(readers)]
        except sqlite3.OperationalError:
            raise MoveRefused(f"Table {name_of(table)} : un texte qui n’en est pas un (UTF-8). Corrigez-le.") from None

    async def write(self, table: type[Table], rows: AsyncIterator[Row]) -> None:
        """Keys are checked at the end of the transaction. Dates and moments are written by Piccolo's adapters."""
        places = ", ".join("?" for _ in columns_of(table))
        sql = f'INSERT INTO "{name_of(table)}" ({listed(table)}) VALUES ({places})'  # noqa: S608 # nosec B608
        batch: list[Row] = []
        async for row in rows:
            batch.append([str(value) if isinstance(value, UUID) else value for value in row])
            if len(batch) == _BATCH:
                self._connection.executemany(sql, batch)
                batch.clear()
        self._connection.executemany(sql, batch)

    async def last_number(self, table: type[Table]) -> int:
        """SQLite numbers from the highest that is there."""
        sql = f'SELECT max("{key_of(table)}") FROM "{name_of(table)}"'  # noqa: S608 # nosec B608
        return int(self._connection.execute(sql).fetchone()[0] or 0)

    async def number_from(self, table: type[Table], last: int) -> None:
        """Nothing to say to it."""

    async def keep(self) -> None:
        self._connection.execute("COMMIT")


def _read(table: type[Table], at: int, stored: Row, reader: Any) -> Any:
    try:
        return reader(stored[at])
    except BadValueError as wrong:
        names = columns_of(table)
        key = stored[names.index(key_of(table))]
        raise MoveRefused(
            f"Table {name_of(table)}, ligne {key}, colonne {names[at]} : {wrong}. Corrigez la source, puis recommencez."
        ) from None


def is_empty(path: Path) -> bool:
    """Or not there at all."""
    if not path.exists():
        return True
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as there:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('migration')"
        names = [name for (name,) in there.execute(sql).fetchall()]
        return not any(there.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for name in names)  # noqa: S608 # nosec B608


@contextmanager
def sqlite_side(path: Path) -> Iterator[SqliteSide]:
    """Nobody writes there meanwhile, everybody reads. Unless keep() was called, nothing has changed."""
    if not path.exists():
        raise MoveRefused(f"{path} n’existe pas.")
    with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            raise MoveRefused(f"{path} : quelqu’un y écrit, ou elle ne se laisse pas écrire. Réessayez.") from None
        connection.execute("PRAGMA defer_foreign_keys = ON")
        yield SqliteSide(connection)
