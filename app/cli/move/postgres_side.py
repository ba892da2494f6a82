"""A PostgreSQL database, read with a cursor or filled by COPY, in one transaction that locks out other writers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from piccolo.columns import Text, Varchar
from piccolo.table import Table

from app.cli.move.tables import (
    LOCK_TIMEOUT,
    MAINTENANCE_SQL,
    MIGRATIONS_SQL,
    TABLES,
    MoveError,
    format_columns,
    get_key_column,
    get_key_name,
    list_columns,
)
from app.cli.move.tables import get_table_name as table_name
from app.cli.move.values import Row, resolve_column

_FETCH_SIZE = 500


class PostgresSide:
    def __init__(self, connection: Any, transaction: Any) -> None:
        self._connection, self._transaction = connection, transaction

    async def list_migrations(self) -> frozenset[str]:
        return frozenset(row["name"] for row in await self._connection.fetch(MIGRATIONS_SQL))

    async def is_in_maintenance(self) -> bool:
        return bool(await self._connection.fetch(MAINTENANCE_SQL))

    async def read_rows(self, table: type[Table]) -> AsyncIterator[Row]:
        """Reads in the order of bytes, as SQLite does, in a database of any language."""
        order = f'"{get_key_name(table)}"'
        if isinstance(resolve_column(get_key_column(table)), Text | Varchar):
            order += ' COLLATE "C"'
        sql = f'SELECT {format_columns(table)} FROM "{table_name(table)}" ORDER BY {order}'  # noqa: S608 # nosec B608
        async for record in self._connection.cursor(sql, prefetch=_FETCH_SIZE):
            yield tuple(record)

    async def write_rows(self, table: type[Table], rows: AsyncIterator[Row]) -> None:
        """Uses one COPY, so that a row may refer to a later one. Raises MoveError, without PostgreSQL’s values."""
        try:
            await self._connection.copy_records_to_table(table_name(table), records=rows, columns=list_columns(table))
        except asyncpg.PostgresError as refused:
            reason = getattr(refused, "constraint_name", None) or type(refused).__name__
            raise MoveError(f"Table {table_name(table)} : PostgreSQL refuse une ligne ({reason}).") from None

    async def find_last_id(self, table: type[Table]) -> int:
        """The highest id ever given, even if its row is deleted: no other row gets it."""
        sql = f"SELECT last_value, is_called FROM {await self._sequence(table)}"  # noqa: S608 # nosec B608
        last = await self._connection.fetchrow(sql)
        return int(last["last_value"]) if last["is_called"] else 0

    async def set_next_id(self, table: type[Table], last: int) -> None:
        sequence = await self._sequence(table)
        await self._connection.execute("SELECT setval($1::regclass, $2, $3)", sequence, max(last, 1), last > 0)

    async def _sequence(self, table: type[Table]) -> str:
        sql = "SELECT pg_get_serial_sequence($1, $2)"
        return str(await self._connection.fetchval(sql, f'"{table_name(table)}"', get_key_name(table)))

    async def commit(self) -> None:
        """Also updates the planner’s statistics: without them the first pages would scan whole tables."""
        await self._transaction.commit()
        await self._connection.execute("ANALYZE")


async def is_empty(url: str) -> bool:
    connection = await _connect(url)
    try:
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'"
        names = [row["tablename"] for row in await connection.fetch(sql)]
        return not any([await connection.fetchval(f'SELECT 1 FROM "{name}" LIMIT 1') for name in names])  # noqa: S608 # nosec B608
    finally:
        await connection.close()


@asynccontextmanager
async def open_postgres_side(url: str) -> AsyncIterator[PostgresSide]:
    """Nothing changes unless commit() is called."""
    connection = await _connect(url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        await _lock_tables(connection)
        side = PostgresSide(connection, transaction)
        yield side
    finally:
        await connection.close()


async def _lock_tables(connection: Any) -> None:
    """Locks in SHARE mode: others can read, and cannot write."""
    await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'")
    names = ", ".join(f'"{table_name(table)}"' for table in TABLES)
    try:
        await connection.execute(f"LOCK TABLE {names} IN SHARE MODE")
    except asyncpg.LockNotAvailableError:
        raise MoveError("Quelqu’un écrit dans la base PostgreSQL : réessayez.") from None
    except asyncpg.UndefinedTableError:
        raise MoveError("La base PostgreSQL n’a pas toutes les tables : python -m app migrate d’abord.") from None


async def _connect(url: str) -> Any:
    try:
        return await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError, ValueError) as error:
        raise MoveError(f"La base PostgreSQL ne répond pas ({type(error).__name__}).") from None
