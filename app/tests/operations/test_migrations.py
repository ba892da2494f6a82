"""The migrations build what the tables describe, on both databases. Source: db/migrations/initial.py."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.tables import Migration
from piccolo.table import create_db_tables

from app.settings import ROOT
from app.tests.kept_bases.schema import read_schema
from app.tests.support.fixtures import open_engine
from app.tests.support.rows import open_raw_database
from db import migrations
from db.engine import build_engine, get_current_engine
from db.pending_migrations import list_pending_migrations
from db.piccolo_app import APP_CONFIG
from db.tables.unique_columns import UNIQUE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.tests.support.postgres_cluster import Cluster

MODULES = [import_module(f"db.migrations.{module.name}") for module in pkgutil.iter_modules(migrations.__path__)]
MOST_LINES = 1200
"""Of all that the first migration is."""
MIGRATIONS_ALONE = {
    *("cases_open", "cases_closed", "cases_of_author", "cases_drafts", "recipient_in_order"),
    *("cases_open_in_area", "cases_closed_in_area", "cases_known_in_area", "cases_known"),
    *("cases_search_text", "cases_search_internal", "person_closed", "person_awaited", "attachment_waiting"),
    *("audit_log_by_person_id", "audit_log_by_target_person_id", "audit_log_by_case_id", "audit_log_by_team_id"),
    *("audit_log_by_action", "audit_log_by_happened_at"),
}
"""Indexes that Piccolo cannot describe: with a condition, of several columns, of parts of words."""


@pytest.fixture(params=["sqlite", "postgresql"])
def two_scratch_databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The URLs of two empty databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'scratch_1.sqlite'}", f"sqlite:///{tmp_path / 'scratch_2.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    yield cluster.create_database("scratch_1"), cluster.create_database("scratch_2")
    cluster.drop_database("scratch_1")
    cluster.drop_database("scratch_2")


async def create_as_described() -> None:
    """What db/tables describes, as Piccolo writes it."""
    await create_db_tables(Migration, *APP_CONFIG.table_classes)
    for columns in UNIQUE_COLUMNS:
        table, names = columns[0]._meta.table._meta.tablename, [column._meta.db_column_name for column in columns]
        listed = ", ".join(f'"{name}"' for name in names)
        await get_current_engine().run_ddl(f"CREATE UNIQUE INDEX {table}_{'_'.join(names)}_once ON {table} ({listed})")


async def test_the_initial_migration_makes_what_the_tables_describe(two_scratch_databases: tuple[str, str]) -> None:
    by_migration, by_piccolo = two_scratch_databases
    async with open_engine(build_engine(by_migration)):
        assert (await run_forwards("db")).success
    async with open_engine(build_engine(by_piccolo)):
        await create_as_described()
    async with open_raw_database(by_migration) as one, open_raw_database(by_piccolo) as other:
        made, described = await read_schema(one), await read_schema(other)

    built, alone = made.pop("built"), described.pop("built")
    assert made == described
    assert alone <= built
    assert {name for name, _ in built - alone if not is_trigger(name)} <= MIGRATIONS_ALONE


def is_trigger(name: str) -> bool:
    return name.startswith(("audit_never", "audit_kept", "audit_append", "recipient_", "case_marks", "mark_area"))


def test_each_has_an_id_of_its_own() -> None:
    """Of two migrations with the same id, Piccolo runs only one."""
    ids = [module.ID for module in MODULES if hasattr(module, "ID")]
    assert len(set(ids)) == len(ids) > 0


def test_the_initial_migration_is_short_enough_to_be_read() -> None:
    files = list((ROOT / "db/migrations").glob("initial*"))
    assert len(files) == 4
    assert sum(len(path.read_text().splitlines()) for path in files) <= MOST_LINES


async def test_a_kill_before_it_is_recorded_makes_nothing_twice(two_scratch_databases: tuple[str, str]) -> None:
    """Piccolo records a migration after its transaction."""
    async with open_engine(build_engine(two_scratch_databases[0])):
        assert (await run_forwards("db")).success
        await Migration.delete(force=True)
        assert (await run_forwards("db")).success
        assert not await list_pending_migrations()
