"""Every migration runs on rows in every table, and changes only what it is meant to change.

No version is released yet: an installation may stand at any step of db/migrations, as those of releases will be.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.tests.support.fixtures import open_engine
from app.tests.support.rows import Database, PostgresDatabase, SqliteDatabase, fill_tables, open_raw_database
from db import migrations
from db.engine import build_engine
from db.migrations import plain_names, plain_values
from db.pending_migrations import list_pending_migrations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEPS = sorted(import_module(f"db.migrations.{found.name}").ID for found in pkgutil.iter_modules(migrations.__path__))
ROWS = 7
CODE_VALUES = {"cases.status": ["new", "draft", "closed"], "event.kind": ["completed", "sent"]}
NOTES = (
    *(("message", "audience", "operators"), ("event", "audience", "operators")),
    *(("attachment", "audience", "operators"), ("letter", "kind", "apart")),
)
WORDS_OF_BEFORE = {
    **{f"{table}.{column}": [word, "all"] for table, column, word in NOTES},
    "job.name": ["erasure", "late", "figures", "trail", "arrivals", "imports", "logins"],
}
ENCRYPTION_MIGRATION = "2026-11-24T11:00:00:000001"
FORGETTING_MIGRATION = "2026-11-26T13:40:00:000001"
CHANGES = {
    "2026-11-24T07:28:00:000000": {"sms.answer", "sms.answered_at"},  # dropped: it was never written
    ENCRYPTION_MIGRATION: {
        *("cases.citizen_first_name", "cases.citizen_last_name", "cases.citizen_birth", "cases.search_text"),
        *("case_field.value", "event.about", "mandate.reason", "sms.phone", "sms.body", "sms.number_mark"),
        *("sms_answer.body", "attachment.name"),
    },
    "2026-11-24T14:00:01:000000": {"recipient.open", "recipient.last_event", "recipient.next_side"},
    FORGETTING_MIGRATION: {"cases.author"},
    plain_values.ID: {f"{table}.{column}" for table, column, *_ in plain_values.VALUES},
}
"""What a migration rewrites; every other value stays the same."""
CREATED_TABLES = {ENCRYPTION_MIGRATION: {"case_word"}}
"""The tables to which it adds rows."""
RENAMES = {plain_names.ID: (plain_names.TABLES, plain_names.COLUMNS)}
"""(tables, columns under the former names of their tables). 2026-11-27 is the exception to additive migrations: no
release was out, so no older version runs beside it. Values are compared under the new names, and stay the same.
"""
StoredValues = dict[str, dict[str, list[str]]]
"""table -> column -> its values, in the order of the rows’ keys."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'vide.sqlite'}"
        return
    cluster = request.getfixturevalue("cluster")
    yield cluster.create_database("vide")
    cluster.drop_database("vide")


async def test_a_filled_database_goes_through_every_step(empty_database: str) -> None:
    before: StoredValues = {}
    for step in STEPS:
        async with open_engine(build_engine(empty_database)):
            done = await run_forwards("db", migration_id=step)
            assert done.success, f"{step}: {done.message}"
        async with open_raw_database(empty_database) as database:
            after = await read_stored_values(database)
            check(step, before, after)
            if new := after.keys() - before.keys() - set(RENAMES.get(step, ({},))[0].values()):
                await fill_tables(database, lambda table, new=new: ROWS if table in new else 0, CODE_VALUES)  # type: ignore[misc]
                after = await read_stored_values(database)
            before = after
    async with open_engine(build_engine(empty_database)):
        assert not await list_pending_migrations()
    assert all(columns for columns in before.values())
    assert all(len(values) >= ROWS for columns in before.values() for values in columns.values())


async def test_of_erased_cases_the_author_alone_goes_and_the_table_stays_as_it_was_built(empty_database: str) -> None:
    """On SQLite the stored definition is rewritten: its indexes, triggers and keys still hold."""
    async with open_engine(build_engine(empty_database)):
        await run_forwards("db", migration_id=STEPS[STEPS.index(FORGETTING_MIGRATION) - 2])
    async with open_raw_database(empty_database) as database:
        await fill_tables(database, lambda _: ROWS, CODE_VALUES)
        rows, built = await read_authors(database), await list_indexes_and_triggers(database)
    async with open_engine(build_engine(empty_database)):
        await run_forwards("db", migration_id=FORGETTING_MIGRATION)
    async with open_raw_database(empty_database) as database:
        expected = {case: None if erased else author for case, (author, erased) in rows.items()}
        assert {case: author for case, (author, _) in (await read_authors(database)).items()} == expected
        assert None in expected.values() and set(expected.values()) != {None}
        assert await list_indexes_and_triggers(database) == built
        if empty_database.startswith("sqlite"):
            assert await database.fetch("PRAGMA integrity_check") == [("ok",)]
            assert not await database.fetch("PRAGMA foreign_key_check")


async def test_each_job_keeps_its_hour_and_each_internal_note_stays_one(empty_database: str) -> None:
    """Under the names and values of 2026-11-27."""
    async with open_engine(build_engine(empty_database)):
        await run_forwards("db", migration_id=STEPS[STEPS.index(plain_names.ID) - 1])
    async with open_raw_database(empty_database) as database:
        await fill_tables(database, lambda _: ROWS, CODE_VALUES | WORDS_OF_BEFORE)
        hours = dict(await database.fetch("SELECT name, due_at FROM job"))
        notes = [await list_ids(database, *note) for note in NOTES]
    async with open_engine(build_engine(empty_database)):
        await run_forwards("db")
    async with open_raw_database(empty_database) as database:
        jobs = {old: new for table, _, old, new in plain_values.VALUES if table == "job"}
        expected = {jobs.get(name, name): hour for name, hour in hours.items()}
        assert len(jobs) == 4 and jobs.keys() < hours.keys()
        assert dict(await database.fetch("SELECT name, due_at FROM job")) == expected
        for (table, column, _), known in zip(NOTES, notes, strict=True):
            assert (
                known and await list_ids(database, plain_names.TABLES.get(table, table), column, "internal") == known
            ), table


async def list_ids(database: Database, table: str, column: str, word: str) -> set[str]:
    return {str(row[0]) for row in await database.fetch(f"SELECT id FROM {table} WHERE {column} = '{word}'")}  # noqa: S608


async def read_authors(database: Database) -> dict[Any, tuple[Any, Any]]:
    return {case: (author, at) for case, author, at in await database.fetch("SELECT id, author, erased_at FROM cases")}


async def list_indexes_and_triggers(database: Database) -> set[Any]:
    """Their definitions, as stored."""
    asked = {
        SqliteDatabase: "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')",
        PostgresDatabase: """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL
            SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    }
    return set(await database.fetch(asked[type(database)]))


async def read_stored_values(database: Database) -> StoredValues:
    return {table: await _columns(database, table) for table in await database.list_tables()}


async def _columns(database: Database, table: str) -> dict[str, list[str]]:
    """Without empty tables."""
    rows = await database.fetch_dicts(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608
    return {name: [repr(row[name]) for row in rows] for name in (rows[0] if rows else ())}


def check(step: str, before: StoredValues, after: StoredValues) -> None:
    tables, renamed = RENAMES.get(step, ({}, {}))
    for table, columns in before.items():
        if table in CREATED_TABLES.get(step, ()):
            continue
        found = after[tables.get(table, table)]
        for name, values in columns.items():
            if f"{table}.{name}" not in CHANGES.get(step, ()):
                assert found.get(renamed.get(table, {}).get(name, name)) == values, f"{step} changed {table}.{name}"
