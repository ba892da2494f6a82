"""Inserts or updates many rows in one statement on both databases: the values travel as one JSON text.

Placeholders would be limited to 32,767 values, and building them would block the event loop.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from piccolo.columns import Column, Text, Varchar
from piccolo.columns.combination import WhereRaw
from piccolo.table import Table

from db.engine import is_postgres

Rows = Sequence[Mapping[str, Any]]
"""Column name -> text, number, boolean, time, UUID or None. Every row has the same names."""


async def insert_many(table: type[Table], rows: Rows, *, returning: Sequence[str] = ()) -> list[dict[str, Any]]:
    """A column that the rows do not name gets its default in the database. Returns the `returning` columns."""
    if not rows:
        return []
    names = ", ".join(f'"{name}"' for name in rows[0])
    sql = f"INSERT INTO {_quote_table_name(table)} ({names}) SELECT {names} FROM {_build_rows_source(table, rows[0])}"  # noqa: S608 # nosec B608
    if returning:
        sql += " RETURNING " + ", ".join(f'"{name}"' for name in returning)
    return list(await table.raw(sql, _encode_json(rows)))


async def update_many(table: type[Table], rows: Rows) -> None:
    """Each row has its id and the columns to change."""
    if not rows:
        return
    changes = ", ".join(f'"{name}" = listed."{name}"' for name in rows[0] if name != "id")
    condition = f'{_quote_table_name(table)}."id" = listed."id"'
    sql = f"UPDATE {_quote_table_name(table)} SET {changes} FROM {_build_rows_source(table, rows[0])} WHERE {condition}"  # noqa: S608 # nosec B608
    await table.raw(sql, _encode_json(rows))


def is_any_of(column: Column, values: Sequence[str] | Sequence[int]) -> WhereRaw:
    """Any number of values: they are one JSON placeholder."""
    named = f'{_quote_table_name(column._meta.table)}."{column._meta.db_column_name}"'
    kind = "TEXT" if isinstance(column, Varchar | Text) else "INTEGER"
    source = "json_array_elements_text(CAST({} AS json)) AS value" if is_postgres() else "json_each({})"
    listed = f"SELECT CAST(value AS {kind}) FROM {source}"  # noqa: S608 # nosec B608
    return WhereRaw(f"{named} IN ({listed})", _encode_json(values))


def _encode_json(values: object) -> str:
    return json.dumps(values, default=_encode_value)


def _encode_value(value: object) -> str:
    """In Piccolo’s form: a time in UTC, an id as text."""
    return str(value.astimezone(UTC) if isinstance(value, datetime) else value)


def _quote_table_name(table: type[Table]) -> str:
    return f'"{table._meta.tablename}"'


def _build_rows_source(table: type[Table], first: Mapping[str, Any]) -> str:
    """The rows as a table, with one placeholder for their JSON. PostgreSQL checks types and lengths as it reads."""
    if is_postgres():
        return f"json_populate_recordset(CAST(NULL AS {_quote_table_name(table)}), CAST({{}} AS json)) AS listed"
    read = ", ".join(f"""json_extract(value, '$."{name}"') AS "{name}\"""" for name in first)
    return f"(SELECT {read} FROM json_each({{}})) AS listed"  # noqa: S608 # nosec B608
