"""Writes millions of rows, ids included: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Sequence
from typing import Any

from piccolo.table import Table

from db.engine import get_current_engine, is_postgres

Rows = Sequence[tuple[Any, ...]]


_CACHE_KIB = 512 * 1024


async def enlarge_cache() -> None:
    """To be called in a transaction. With its default 2 MB, SQLite writes index pages out and reads them back."""
    under_way = get_current_engine().current_transaction.get()
    assert under_way is not None
    if not is_postgres():
        await under_way.connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")


async def copy_rows(table: type[Table], columns: Sequence[str], rows: Rows) -> None:
    """To be called in a transaction. A column that is not named gets its default in the database."""
    under_way = get_current_engine().current_transaction.get()
    assert under_way is not None
    name = table._meta.tablename
    if is_postgres():
        await under_way.connection.copy_records_to_table(name, records=rows, columns=columns)
        return
    names, places = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
    await under_way.connection.execute_many(f'INSERT INTO "{name}" ({names}) VALUES ({places})', rows)  # noqa: S608 # nosec B608


async def find_next_id(table: type[Table]) -> int:
    rows = await table.raw(f'SELECT COALESCE(MAX("id"), 0) + 1 AS number FROM "{table._meta.tablename}"')  # noqa: S608 # nosec B608
    return int(rows[0]["number"])


async def advance_id_sequence(table: type[Table]) -> None:
    """Moves PostgreSQL’s sequence past the ids that were copied. SQLite does it by itself."""
    if is_postgres():
        name = table._meta.tablename
        await table.raw(
            f'SELECT setval(pg_get_serial_sequence(\'"{name}"\', \'id\'), (SELECT MAX("id") FROM "{name}"))'  # noqa: S608 # nosec B608
            f' WHERE EXISTS (SELECT 1 FROM "{name}")'
        )
