"""python -m app baseline on the databases of November 2026, at each step where one may stand. Source: db/baseline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from piccolo.apps.migrations.tables import Migration

from app.cli.baseline import DONE, NOTHING_TO_DO, TOO_OLD
from app.cli.database import FORMER_SCHEMA
from app.settings import ROOT
from app.tests.kept_bases.installed import format_setting
from app.tests.kept_bases.packing import FACTS, SQLITE_FILE, find_archive, list_past_databases, load_dump, unpack
from app.tests.kept_bases.schema import StoredValues, read_schema, read_stored_values
from app.tests.kept_bases.test_backups_of_before import make_database_url
from app.tests.support.fixtures import open_engine
from app.tests.support.rows import open_raw_database
from db.baseline import adopt
from db.baseline.adopt import FORMER_MIGRATIONS, RENAMES_SCHEMA, REQUIRED, TooOldError, adopt_initial_migration
from db.baseline.names import VALUES
from db.engine import build_engine, get_current_engine
from db.pending_migrations import list_applied_migrations, list_known_migrations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

    from app.tests.kept_bases.migrated import MigratedDatabase

FIRST = list_past_databases()[0]


@pytest.fixture(params=["sqlite", "postgresql"])
async def former_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of the kept base as it was kept. Its engine is open."""
    unpack(find_archive(FIRST, request.param), tmp_path / "former")
    url = make_database_url(request.param, tmp_path / "former", request)
    load_dump(tmp_path / "former", url)
    async with open_engine(build_engine(url)):
        yield url


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

    new_names = {old: new for table, _, old, new in VALUES if table == "job"}
    hours = zip(map(unquote, before["job"]["name"]), before["job"]["due_at"], strict=True)
    assert {new_names.get(name, name): hour for name, hour in hours} == dict(
        zip(map(unquote, after["job"]["name"]), after["job"]["due_at"], strict=True)
    )
    for table in ("message", "event"):
        assert "'operators'" in before[table]["audience"] and "'operators'" not in after[table]["audience"]
        assert find_places(before[table]["audience"], "'operators'") == find_places(
            after[table]["audience"], "'internal'"
        )


def unquote(shown: str) -> str:
    return shown.strip("'")


def find_places(values: list[str], wanted: str) -> list[int]:
    return [place for place, value in enumerate(values) if value == wanted]


async def test_a_base_of_the_last_day_changes_in_nothing_but_its_list_of_migrations(
    past_database: MigratedDatabase,
) -> None:
    """It has run the two migrations that renamed tables and columns."""
    values = await read_values(past_database.url)
    async with open_raw_database(past_database.url) as database:
        schema = await read_schema(database)
    await record_as_applied(FORMER_MIGRATIONS)

    assert await adopt_initial_migration()

    async with open_raw_database(past_database.url) as database:
        assert await read_schema(database) == schema
    assert await read_values(past_database.url) == values
    assert await list_applied_migrations() == list_known_migrations()


async def test_a_base_between_the_two_last_migrations_gets_the_second(past_database: MigratedDatabase) -> None:
    await record_as_applied(REQUIRED | {RENAMES_SCHEMA})
    await get_current_engine().run_ddl("UPDATE message SET audience = 'operators' WHERE audience = 'internal'")
    wanted = find_places((await read_values(past_database.url))["message"]["audience"], "'operators'")

    assert wanted and await adopt_initial_migration()

    assert find_places((await read_values(past_database.url))["message"]["audience"], "'internal'") == wanted


async def test_an_older_base_is_refused_and_left_alone(former_database: str) -> None:
    applied = REQUIRED - {max(REQUIRED)}
    await record_as_applied(applied)
    values = await read_values(former_database)

    with pytest.raises(TooOldError):
        await adopt_initial_migration()

    assert await read_values(former_database) == values


async def test_a_new_base_has_nothing_to_bring_over(database: str) -> None:
    assert not await adopt_initial_migration() and await list_applied_migrations() == list_known_migrations()


@pytest.mark.parametrize("former_database", ["sqlite"], indirect=True)
async def test_every_other_command_names_the_one_to_run(former_database: str, tmp_path: Path) -> None:
    await get_current_engine().run_ddl("PRAGMA wal_checkpoint")
    folder = tmp_path / "former"
    for words in (["migrate"], ["maintenance", "on"]):
        assert run_command(folder, *words) == (1, f"{FORMER_SCHEMA}\n")

    assert run_command(folder, "baseline") == (0, f"{DONE}\n")
    assert run_command(folder, "baseline") == (0, f"{NOTHING_TO_DO}\n")
    assert run_command(folder, "migrate") == (0, "")
    await record_as_applied(REQUIRED - {max(REQUIRED)})
    assert run_command(folder, "baseline") == (1, f"{TOO_OLD}\n")


def run_command(folder: Path, *words: str) -> tuple[int, str]:
    """Exit code, and all that it prints."""
    facts = json.loads((FIRST / FACTS).read_text())
    own = {"DEMO": "0", "VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / SQLITE_FILE}", "SMTP_URL": ""}
    keys = {"SECRET_KEY": facts["secret_key"], "ENCRYPTION_KEYS": format_setting(facts["encryption_keys"])}
    command = [sys.executable, "-m", "app", *words]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own, **keys}, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr
