"""What an operator reads of python -m app baseline, and of the other commands on a base of November 2026."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from piccolo.apps.migrations.tables import Migration

from app.cli.baseline import DONE, IN_USE, NOTHING_TO_DO, TOO_OLD
from app.cli.exclusive_use import is_used_by_others
from app.server.migration_check import find_migration_errors
from app.settings import ROOT
from app.tests.kept_bases.installed import format_setting
from app.tests.kept_bases.packing import FACTS, SQLITE_FILE, list_past_databases
from app.tests.support.rows import open_raw_database
from db.baseline.adopt import FORMER_SCHEMA, REQUIRED
from db.engine import build_engine, get_current_engine, use_engine
from db.pending_migrations import list_applied_migrations

if TYPE_CHECKING:
    from pathlib import Path

FIRST = list_past_databases()[0]


@pytest.mark.parametrize("former_database", ["sqlite"], indirect=True)
async def test_a_base_that_a_server_has_open_is_refused_and_left_alone(former_database: str, tmp_path: Path) -> None:
    assert run_command(tmp_path / "former", "baseline") == (1, f"{IN_USE}\n")
    assert await list_applied_migrations() == REQUIRED


async def test_another_connection_is_seen(former_database: str) -> None:
    engine = get_current_engine()
    async with open_raw_database(former_database) as other:
        await other.fetch("SELECT 1 FROM person")
        assert await is_used_by_others(engine)
    await engine.stop()
    assert not await is_used_by_others(engine)
    await engine.start()


async def test_the_preflight_of_a_server_names_the_command(former_database: str) -> None:
    here = get_current_engine()
    use_engine(build_engine(former_database))
    try:
        assert await asyncio.to_thread(find_migration_errors) == [FORMER_SCHEMA]
    finally:
        use_engine(here)


@pytest.mark.parametrize("former_database", ["sqlite"], indirect=True)
async def test_every_other_command_names_the_one_to_run(former_database: str, tmp_path: Path) -> None:
    await get_current_engine().stop()
    folder = tmp_path / "former"
    for words in (["migrate"], ["maintenance", "on"]):
        assert run_command(folder, *words) == (1, f"{FORMER_SCHEMA}\n")

    assert run_command(folder, "baseline") == (0, f"{DONE}\n")
    assert run_command(folder, "baseline") == (0, f"{NOTHING_TO_DO}\n")
    assert run_command(folder, "migrate") == (0, "")
    await get_current_engine().start()


def run_command(folder: Path, *words: str) -> tuple[int, str]:
    """Exit code, and all that it prints."""
    facts = json.loads((FIRST / FACTS).read_text())
    own = {"DEMO": "0", "VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / SQLITE_FILE}", "SMTP_URL": ""}
    keys = {"SECRET_KEY": facts["secret_key"], "ENCRYPTION_KEYS": format_setting(facts["encryption_keys"])}
    command = [sys.executable, "-m", "app", *words]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own, **keys}, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("former_database", ["sqlite"], indirect=True)
async def test_a_base_that_is_too_old_is_left_to_the_version_of_its_day(former_database: str, tmp_path: Path) -> None:
    await Migration.delete().where(Migration.name == max(REQUIRED))
    await get_current_engine().stop()

    assert run_command(tmp_path / "former", "baseline") == (1, f"{TOO_OLD}\n")
    await get_current_engine().start()
