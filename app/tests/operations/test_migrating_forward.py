"""Every migration meets rows in every table, and leaves them as they were but for what it is there to change.

No version is released yet: an installation may stand at any step of db/migrations, as those of releases will be.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.tests.support.fixtures import opened
from app.tests.support.rows import Database, PostgresDatabase, SqliteDatabase, fill, raw_database
from db import migrations
from db.engine import engine_for
from db.pending import pending_migrations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEPS = sorted(import_module(f"db.migrations.{found.name}").ID for found in pkgutil.iter_modules(migrations.__path__))
ROWS = 7
MEANT = {"cases.status": ["new", "draft", "closed"], "event.kind": ["completed", "sent"]}
SEALING = "2026-11-24T11:00:00:000001"
FORGETTING = "2026-11-26T13:40:00:000001"
CHANGES = {
    "2026-11-24T07:28:00:000000": {"sms.answer", "sms.answered_at"},  # dropped: nothing had ever written there
    SEALING: {
        *("cases.citizen_first_name", "cases.citizen_last_name", "cases.citizen_birth", "cases.search_text"),
        *("case_field.value", "event.about", "mandate.reason", "sms.phone", "sms.body", "sms.number_mark"),
        *("sms_answer.body", "attachment.name"),
    },
    "2026-11-24T14:00:01:000000": {"recipient.open", "recipient.last_event", "recipient.next_side"},
    FORGETTING: {"cases.author"},
}
"""What a migration rewrites; of anything else not a letter may change."""
MAKES = {SEALING: {"case_word"}}
"""The tables to which it adds rows."""
Held = dict[str, dict[str, list[str]]]
"""table -> column -> its values, in the order of the rows' keys."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'vide.sqlite'}"
        return
    cluster = request.getfixturevalue("cluster")
    yield cluster.create_database("vide")
    cluster.drop_database("vide")


async def test_a_filled_database_goes_through_every_step(empty: str) -> None:
    before: Held = {}
    for step in STEPS:
        async with opened(engine_for(empty)):
            done = await run_forwards("db", migration_id=step)
            assert done.success, f"{step}: {done.message}"
        async with raw_database(empty) as database:
            after = await held(database)
            check(step, before, after)
            if new := after.keys() - before.keys():
                await fill(database, lambda table, new=new: ROWS if table in new else 0, MEANT)  # type: ignore[misc]
                after = await held(database)
            before = after
    async with opened(engine_for(empty)):
        assert not await pending_migrations()
    assert all(columns for columns in before.values())
    assert all(len(values) >= ROWS for columns in before.values() for values in columns.values())


async def test_of_erased_cases_the_author_alone_goes_and_the_table_stays_as_it_was_built(empty: str) -> None:
    """On SQLite the stored definition is rewritten: its indexes, triggers and keys still hold."""
    async with opened(engine_for(empty)):
        await run_forwards("db", migration_id=STEPS[STEPS.index(FORGETTING) - 2])
    async with raw_database(empty) as database:
        await fill(database, lambda _: ROWS, MEANT)
        rows, built = await authors(database), await built_of(database)
    async with opened(engine_for(empty)):
        await run_forwards("db", migration_id=FORGETTING)
    async with raw_database(empty) as database:
        expected = {case: None if erased else author for case, (author, erased) in rows.items()}
        assert {case: author for case, (author, _) in (await authors(database)).items()} == expected
        assert None in expected.values() and set(expected.values()) != {None}
        assert await built_of(database) == built
        if empty.startswith("sqlite"):
            assert await database.fetch("PRAGMA integrity_check") == [("ok",)]
            assert not await database.fetch("PRAGMA foreign_key_check")


async def authors(database: Database) -> dict[Any, tuple[Any, Any]]:
    return {case: (author, at) for case, author, at in await database.fetch("SELECT id, author, erased_at FROM cases")}


async def built_of(database: Database) -> set[Any]:
    """Indexes and triggers, as they were written."""
    asked = {
        SqliteDatabase: "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')",
        PostgresDatabase: """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL
            SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    }
    return set(await database.fetch(asked[type(database)]))


async def held(database: Database) -> Held:
    return {table: await _columns(database, table) for table in await database.tables()}


async def _columns(database: Database, table: str) -> dict[str, list[str]]:
    """None of an empty table."""
    rows = await database.named(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608
    return {name: [repr(row[name]) for row in rows] for name in (rows[0] if rows else ())}


def check(step: str, before: Held, after: Held) -> None:
    for table, columns in before.items():
        if table in MAKES.get(step, ()):
            continue
        for name, values in columns.items():
            if f"{table}.{name}" not in CHANGES.get(step, ()):
                assert after[table].get(name) == values, f"{step} changed {table}.{name}"
