"""The structure and the stored values of a database, to compare a migrated one with a new one or with itself."""

import re
from dataclasses import replace
from typing import Any

from app.tests.support.rows import Database, SqliteDatabase

StoredValues = dict[str, dict[str, list[str]]]
"""table -> column -> its values, in the order of the rows’ keys."""
_INDEXES_AND_TRIGGERS_OF_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
_INDEXES_AND_TRIGGERS = """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL
    SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal UNION ALL
    SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"""
_CONSTRAINTS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace"""
_SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
_FOREIGN_KEYS_OF_SQLITE = """SELECT 'foreign key', "table", "from", "to", on_update, on_delete
    FROM pragma_foreign_key_list('{}')"""
_DEFAULTS_OF_SQLITE = "SELECT name, dflt_value FROM pragma_table_info('{}') WHERE pk = 0"
_DEFAULTS = """SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attribute a
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = '"{0}"'::regclass AND attnum > 0 AND NOT attisdropped AND NOT EXISTS (
        SELECT 1 FROM pg_constraint WHERE contype = 'p' AND conrelid = a.attrelid AND attnum = ANY (conkey))"""
_AS_WRITTEN = re.compile(r"::character varying|::text|\[\]|[()\"\s]")
"""The same condition or index is stored with other casts, brackets, quotes and blanks, as its statement was written."""


async def read_schema(database: Database) -> dict[str, Any]:
    """Columns of each table in any order; keys; definitions of indexes, triggers and functions.

    SQLite enforces no length of a text, so these are left out there.
    """
    found: dict[str, Any] = {table: await _read_table(database, table) for table in await database.list_tables()}
    found["built"] = {(name, _AS_WRITTEN.sub("", sql or "")) for name, sql in await _list_built(database)}
    if not isinstance(database, SqliteDatabase):
        found["constraints"] = set(await database.fetch(_CONSTRAINTS))
        found["sequences"] = set(await database.fetch(_SEQUENCES))
    return found


async def _read_table(database: Database, table: str) -> set[Any]:
    columns = await database.list_columns(table)
    if not isinstance(database, SqliteDatabase):
        return set(columns)
    keys = await database.fetch(_FOREIGN_KEYS_OF_SQLITE.format(table))
    return {*keys, *(replace(column, longest=0) for column in columns)}


async def read_defaults(database: Database) -> dict[str, str]:
    """« table.column » -> the default that the database gives, of columns that are no key and have one."""
    sqlite = isinstance(database, SqliteDatabase)
    found = {
        f"{table}.{name}": _AS_WRITTEN.sub("", default or "").lower()
        for table in await database.list_tables()
        for name, default in await database.fetch((_DEFAULTS_OF_SQLITE if sqlite else _DEFAULTS).format(table))
    }
    return {column: default for column, default in found.items() if default not in ("", "null")}


async def _list_built(database: Database) -> list[tuple[str, str]]:
    sqlite = isinstance(database, SqliteDatabase)
    return await database.fetch(_INDEXES_AND_TRIGGERS_OF_SQLITE if sqlite else _INDEXES_AND_TRIGGERS)


async def list_index_and_trigger_names(database: Database) -> frozenset[str]:
    return frozenset(name for name, _ in await _list_built(database))


async def read_stored_values(database: Database) -> StoredValues:
    return {table: await _read_columns(database, table) for table in await database.list_tables()}


async def _read_columns(database: Database, table: str) -> dict[str, list[str]]:
    """Without empty tables."""
    rows = await database.fetch_dicts(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608 # nosec B608
    return {name: [repr(row[name]) for row in rows] for name in (rows[0] if rows else ())}
