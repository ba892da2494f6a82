"""The migrations build what the tables describe, on both databases. Source: db/migrations."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.tables import Migration
from piccolo.table import create_db_tables

from app.settings import ROOT
from app.tests.kept_bases.schema import StoredValues, read_defaults, read_schema, read_stored_values
from app.tests.support.fixtures import open_engine
from app.tests.support.rows import fill_tables, open_raw_database
from db import migrations
from db.engine import build_engine, get_current_engine
from db.migrations import teams_apart
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
INDEXES_BY_HAND = {
    *("cases_open", "cases_closed", "cases_of_author", "cases_drafts", "recipient_in_order"),
    "recipient_late",
    *("cases_open_in_area", "cases_closed_in_area", "cases_known_in_area", "cases_known"),
    *("person_closed", "person_awaited", "attachment_waiting"),
    *("audit_log_by_person_id", "audit_log_by_target_person_id", "audit_log_by_case_id", "audit_log_by_team_id"),
    *("recipient_promise", "cases_number", "cases_search_version"),
    *("email_failed_at", "email_accepted", "email_sent_as"),
    *("audit_log_by_action", "audit_log_by_happened_at"),
}
"""Piccolo cannot describe them: they have a condition, or several columns."""
_TRIGGERS = {"audit_never_changed", "recipient_begins_in_order", "recipient_stays_in_order"}
_TRIGGERS |= {"case_marks_area_at_once", "case_marks_area"}
PARTS_OF_SQLITE = (
    set[str](),
    _TRIGGERS
    | {"audit_never_replaced", "audit_kept_a_year", "recipient_marks_area_joining"}
    | {"recipient_marks_area_changing", "recipient_marks_area_leaving"},
)
PARTS_OF_POSTGRESQL = (
    {"cases_search_text", "cases_search_internal"},
    _TRIGGERS | {"audit_never_emptied", "audit_append_only", "mark_area", "recipient_marks_area"},
)
"""Indexes of parts of words, then triggers and their functions."""
CHANGES: dict[str, set[str]] = {
    teams_apart.ID: {
        *("recipient.next_side", "recipient.seen_at", "recipient.taken_by", "recipient.irrelevant_at"),
        *("recipient.joined_at", "cases.status", "cases.late_from", "cases.handled_at"),
        *(f"area_statistics.{column}" for column in ("area", "counted_at", "valid_until", "counts")),
    }
}
"""ID of a migration -> the columns whose values it rewrites, « cases.author »; every other value stays the same."""
ROWS = 7


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


async def test_the_migrations_make_what_the_tables_describe(two_scratch_databases: tuple[str, str]) -> None:
    by_migration, by_piccolo = two_scratch_databases
    async with open_engine(build_engine(by_migration)):
        assert (await run_forwards("db")).success
    async with open_engine(build_engine(by_piccolo)):
        await create_as_described()
    async with open_raw_database(by_migration) as one, open_raw_database(by_piccolo) as other:
        made, described = await read_schema(one), await read_schema(other)
        assert await read_defaults(one) == await read_defaults(other)

    built, alone = made.pop("built"), described.pop("built")
    assert made == described
    assert alone <= built
    indexes, triggers = (PARTS_OF_SQLITE, PARTS_OF_POSTGRESQL)[by_migration.startswith("postgresql")]
    assert {name for name, _ in built - alone} == INDEXES_BY_HAND | indexes | triggers


def test_each_has_an_id_of_its_own() -> None:
    """Of two migrations with the same id, Piccolo runs only one."""
    ids = [module.ID for module in MODULES if hasattr(module, "ID")]
    assert len(set(ids)) == len(ids) > 0


async def test_each_runs_on_rows_in_every_table_and_keeps_them(two_scratch_databases: tuple[str, str]) -> None:
    """Tables are filled with hostile rows once they exist (app/tests/support/rows.py)."""
    url, before = two_scratch_databases[0], StoredValues()
    for step in sorted(module.ID for module in MODULES):
        async with open_engine(build_engine(url)):
            assert (await run_forwards("db", migration_id=step)).success, step
        async with open_raw_database(url) as database:
            after = await read_stored_values(database)
            assert not find_changes(before, after) - CHANGES.get(step, set()), step
            new = after.keys() - before.keys()
            await fill_tables(database, lambda table, new=new: ROWS if table in new else 0)  # type: ignore[misc]
            before = await read_stored_values(database)
    assert before and all(len(values) >= ROWS for columns in before.values() for values in columns.values())


def find_changes(before: StoredValues, after: StoredValues) -> set[str]:
    """Columns whose values differ, or are gone."""
    return {
        f"{table}.{column}"
        for table, columns in before.items()
        for column, values in columns.items()
        if after.get(table, {}).get(column) != values
    }


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
