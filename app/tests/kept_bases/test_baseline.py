"""python -m app baseline on the databases of November 2026, at each step where one may stand. Source: db/baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from piccolo.apps.migrations.tables import Migration

from app.tests.kept_bases.schema import StoredValues, read_schema, read_stored_values
from app.tests.support.rows import open_raw_database
from db.baseline import adopt
from db.baseline.adopt import (
    FORMER_MIGRATIONS,
    RENAMES_SCHEMA,
    REQUIRED,
    TooOldError,
    adopt_initial_migration,
)
from db.engine import get_current_engine
from db.migrations import initial
from db.pending_migrations import list_applied_migrations, list_known_migrations

if TYPE_CHECKING:
    from collections.abc import Iterable


NEW_JOB_NAMES = {"late": "late notices", "figures": "statistics", "trail": "audit log", "arrivals": "signups"}
NOTES = (
    *(("message", "message", "audience", "'operators'"), ("event", "event", "audience", "'operators'")),
    *(("attachment", "attachment", "audience", "'operators'"), ("letter", "email", "kind", "'apart'")),
)
"""Former table, table, column, and the word that an internal note had there."""


async def record_as_applied(migrations: Iterable[str]) -> None:
    await Migration.delete(force=True)
    await Migration.insert(*(Migration(name=name, app_name="db") for name in sorted(migrations)))


async def read_values(url: str) -> StoredValues:
    async with open_raw_database(url) as database:
        return await read_stored_values(database)


async def test_a_kill_in_the_middle_leaves_all_as_it_was(former_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def be_killed() -> None:
        raise KeyboardInterrupt

    async with open_raw_database(former_database) as database:
        before = await read_schema(database)
    values = await read_values(former_database)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(adopt, "rewrite_values", be_killed)
        await adopt_initial_migration()

    async with open_raw_database(former_database) as database:
        assert await read_schema(database) == before
    assert await read_values(former_database) == values and await list_applied_migrations() == REQUIRED
    assert await adopt_initial_migration() and not await adopt_initial_migration()


async def test_each_job_keeps_its_hour_and_each_internal_note_stays_one(former_database: str) -> None:
    before = await read_values(former_database)
    await adopt_initial_migration()
    after = await read_values(former_database)

    assert read_hours(after) == {NEW_JOB_NAMES.get(name, name): hour for name, hour in read_hours(before).items()}
    assert NEW_JOB_NAMES.keys() <= read_hours(before).keys()
    for former_table, table, column, word in NOTES:
        places = find_places(before[former_table][column], word)
        assert places and find_places(after[table][column], "'internal'") == places, table
        assert not find_places(after[table][column], word), table


def read_hours(values: StoredValues) -> dict[str, str]:
    """Name of a job -> when it is due."""
    return dict(zip(map(unquote, values["job"]["name"]), values["job"]["due_at"], strict=True))


def unquote(shown: str) -> str:
    return shown.strip("'")


def find_places(values: list[str], wanted: str) -> list[int]:
    return [place for place, value in enumerate(values) if value == wanted]


async def test_a_base_of_the_last_day_changes_in_nothing_but_its_list_of_migrations(former_database: str) -> None:
    """It has run the two migrations that renamed tables and columns."""
    await adopt_initial_migration()
    values = await read_values(former_database)
    async with open_raw_database(former_database) as database:
        schema = await read_schema(database)
    await record_as_applied(FORMER_MIGRATIONS)

    assert await adopt_initial_migration()

    async with open_raw_database(former_database) as database:
        assert await read_schema(database) == schema
    assert await read_values(former_database) == values
    assert await list_applied_migrations() == {initial.ID}


async def test_a_base_between_the_two_last_migrations_gets_the_second(former_database: str) -> None:
    await adopt_initial_migration()
    await record_as_applied(REQUIRED | {RENAMES_SCHEMA})
    await get_current_engine().run_ddl("UPDATE message SET audience = 'operators' WHERE audience = 'internal'")
    wanted = find_places((await read_values(former_database))["message"]["audience"], "'operators'")

    assert wanted and await adopt_initial_migration()

    assert find_places((await read_values(former_database))["message"]["audience"], "'internal'") == wanted


async def test_an_older_base_is_refused_and_left_alone(former_database: str) -> None:
    applied = REQUIRED - {max(REQUIRED)}
    await record_as_applied(applied)
    values = await read_values(former_database)

    with pytest.raises(TooOldError):
        await adopt_initial_migration()

    assert await read_values(former_database) == values


async def test_a_new_base_has_nothing_to_bring_over(database: str) -> None:
    assert not await adopt_initial_migration() and await list_applied_migrations() == list_known_migrations()
