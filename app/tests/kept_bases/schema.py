"""The structure of a database’s tables, to compare a migrated one with a new one."""

import re
from typing import Any

from app.tests.operations.test_migrations_with_rows import list_indexes_and_triggers
from app.tests.support.rows import Database, SqliteDatabase

_CONSTRAINTS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace"""
_AS_WRITTEN = re.compile(r"::character varying|::text|\[\]|[()]")
"""A restored dump writes the condition of an index with other casts and brackets, for the same meaning."""


async def read_schema(database: Database) -> dict[str, Any]:
    tables = await database.list_tables()
    found: dict[str, Any] = {table: await database.list_columns(table) for table in tables}
    found["built"] = {(name, _AS_WRITTEN.sub("", sql or "")) for name, sql in await list_indexes_and_triggers(database)}
    if not isinstance(database, SqliteDatabase):
        found["constraints"] = set(await database.fetch(_CONSTRAINTS))
    return found


async def list_index_and_trigger_names(database: Database) -> frozenset[str]:
    return frozenset(name for name, _ in await list_indexes_and_triggers(database))
