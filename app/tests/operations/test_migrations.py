"""The migrations build what the tables describe, on both databases."""

import pkgutil
import re
from importlib import import_module

from app.tests.support.rows import open_raw_database
from db import migrations
from db.engine import is_postgres
from db.migrations import plain_names
from db.piccolo_app import APP_CONFIG
from db.tables.organisations import Organisation
from db.tables.unique_columns import UNIQUE_COLUMNS

MODULES = [import_module(f"db.migrations.{module.name}") for module in pkgutil.iter_modules(migrations.__path__)]
MADE = {index for module in MODULES for index in getattr(module, "UNIQUE", ())}
"""(table, columns) of every unique index of the migrations, by the names of its day."""
UNIQUE = {
    (
        plain_names.TABLES.get(table, table),
        tuple(plain_names.COLUMNS.get(table, {}).get(column, column) for column in columns),
    )
    for table, columns in MADE
}


def test_each_has_an_id_of_its_own() -> None:
    """Of two migrations with the same id, Piccolo runs only one."""
    ids = [module.ID for module in MODULES if hasattr(module, "ID")]
    assert len(set(ids)) == len(ids)


def test_the_unique_indexes_are_those_of_the_tables() -> None:
    said = {
        (columns[0]._meta.table._meta.tablename, tuple(column._meta.db_column_name for column in columns))
        for columns in UNIQUE_COLUMNS
    }
    assert said == UNIQUE


async def test_each_is_in_the_database(database: str) -> None:
    source = "SELECT indexname AS name FROM pg_indexes" if is_postgres() else "SELECT name FROM sqlite_master"
    found = {row["name"] for row in await Organisation.raw(source)}

    for table, columns in UNIQUE:
        assert f"{table}_{'_'.join(columns)}_once" in found


async def test_nothing_in_the_database_has_a_name_of_before(database: str) -> None:
    """Neither a table, an index, a constraint or a sequence, nor the text of a trigger or a function."""
    if is_postgres():
        source = """SELECT relname AS name, '' AS text FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION ALL SELECT conname, '' FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"""
    else:
        source = "SELECT name, sql AS text FROM sqlite_master"
    found = " ".join(f"{row['name']} {row['text']}" for row in await Organisation.raw(source))
    kept = {"audit", "letter", "reading"}  # « audit_log », triggers « audit_… », and words
    before = {*plain_names.TABLES} - kept | {"last_apart", "late_told", "search_operators", "number_mark", "proved_at"}

    assert not [name for name in before if re.search(rf"(?<![a-z]){name}(?![a-z])", found)]


async def test_what_may_be_absent_is_what_the_tables_say(database: str) -> None:
    said = {
        (table._meta.tablename, column._meta.db_column_name, column._meta.null)
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
    }
    async with open_raw_database(database) as raw:
        found = {
            (table, one.name, one.nullable)
            for table in await raw.list_tables()
            for one in await raw.list_columns(table)
        }

    assert found == said
