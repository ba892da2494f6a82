"""What the migrations make is what the tables say, on both databases."""

import pkgutil
from importlib import import_module

from piccolo.table import TABLE_REGISTRY

from app.tests.support.rows import raw_database
from db import migrations
from db.engine import is_postgres
from db.tables import UNIQUE_TOGETHER, Organisation

MODULES = [import_module(f"db.migrations.{module.name}") for module in pkgutil.iter_modules(migrations.__path__)]
UNIQUE = {index for module in MODULES for index in getattr(module, "UNIQUE", ())}
"""(table, columns) of every migration that makes one."""


def test_each_has_an_id_of_its_own() -> None:
    """Piccolo runs one of two with the same."""
    ids = [module.ID for module in MODULES if hasattr(module, "ID")]
    assert len(set(ids)) == len(ids)


def test_the_unique_indexes_are_those_of_the_tables() -> None:
    said = {
        (columns[0]._meta.table._meta.tablename, tuple(column._meta.db_column_name for column in columns))
        for columns in UNIQUE_TOGETHER
    }
    assert said == UNIQUE


async def test_each_is_in_the_database(database: str) -> None:
    source = "SELECT indexname AS name FROM pg_indexes" if is_postgres() else "SELECT name FROM sqlite_master"
    found = {row["name"] for row in await Organisation.raw(source)}

    for table, columns in UNIQUE:
        assert f"{table}_{'_'.join(columns)}_once" in found


async def test_what_may_be_absent_is_what_the_tables_say(database: str) -> None:
    said = {
        (table._meta.tablename, column._meta.db_column_name, column._meta.null)
        for table in TABLE_REGISTRY
        if table.__module__ == "db.tables"
        for column in table._meta.columns
    }
    async with raw_database(database) as raw:
        found = {(table, one.name, one.nullable) for table in await raw.tables() for one in await raw.columns(table)}

    assert found == said
