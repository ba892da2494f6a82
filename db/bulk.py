"""Many rows in one statement, on both databases: the values travel as one JSON text.

A statement with a placeholder for each value takes 32,767 of them at most, and is built on the event loop.
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
"""Column name -> a text, a number, a boolean, a moment, a UUID or None; the same names in each."""


async def insert_many(table: type[Table], rows: Rows, *, returning: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What a row does not name is the column's default in the database."""
    if not rows:
        return []
    names = ", ".join(f'"{name}"' for name in rows[0])
    sql = f"INSERT INTO {_quote_table_name(table)} ({names}) SELECT {names} FROM {_build_rows_source(table, rows[0])}"  # noqa: S608 # nosec B608
    if returning:
        sql += " RETURNING " + ", ".join(f'"{name}"' for name in returning)
    return list(await table.raw(sql, _encode_json(rows)))


async def update_many(table: type[Table], rows: Rows) -> None:
    """Each row names its id, and what it changes."""
    if not rows:
        return
    changes = ", ".join(f'"{name}" = listed."{name}"' for name in rows[0] if name != "id")
    condition = f'{_quote_table_name(table)}."id" = listed."id"'
    sql = f"UPDATE {_quote_table_name(table)} SET {changes} FROM {_build_rows_source(table, rows[0])} WHERE {condition}"  # noqa: S608 # nosec B608
    await table.raw(sql, _encode_json(rows))


def is_any_of(column: Column, values: Sequence[str] | Sequence[int]) -> WhereRaw:
    """The condition that the column is one of these, however many they are."""
    named = f'{_quote_table_name(column._meta.table)}."{column._meta.db_column_name}"'
    kind = "TEXT" if isinstance(column, Varchar | Text) else "INTEGER"
    source = "json_array_elements_text(CAST({} AS json)) AS value" if is_postgres() else "json_each({})"
    listed = f"SELECT CAST(value AS {kind}) FROM {source}"  # noqa: S608 # nosec B608
    return WhereRaw(f"{named} IN ({listed})", _encode_json(values))


def _encode_json(values: object) -> str:
    return json.dumps(values, default=_encode_value)


def _encode_value(value: object) -> str:
    """As Piccolo writes it: a moment in UTC, an id as its text."""
    return str(value.astimezone(UTC) if isinstance(value, datetime) else value)


def _quote_table_name(table: type[Table]) -> str:
    return f'"{table._meta.tablename}"'


def _build_rows_source(table: type[Table], first: Mapping[str, Any]) -> str:
    """The rows as a table; the one placeholder is their JSON. PostgreSQL checks types and lengths as it reads them."""
    if is_postgres():
        return f"json_populate_recordset(CAST(NULL AS {_quote_table_name(table)}), CAST({{}} AS json)) AS listed"
    read = ", ".join(f"""json_extract(value, '$."{name}"') AS "{name}\"""" for name in first)
    return f"(SELECT {read} FROM json_each({{}})) AS listed"  # noqa: S608 # nosec B608
