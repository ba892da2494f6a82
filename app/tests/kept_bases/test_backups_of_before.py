"""A backup made before 2026-11-27, whose database and manifest have the former table names, can be restored."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from piccolo.apps.migrations.tables import Migration

from app.cli.backup.encrypted_file import BackupError
from app.cli.backup.restore import restore
from app.cli.backup.write import create_backup
from app.cli.database import open_database
from app.settings import Settings, settings
from app.tests.kept_bases.databases import make_database_url
from app.tests.kept_bases.installed import use_installation
from app.tests.kept_bases.packing import FACTS, find_archive, list_past_databases, load_dump, unpack
from app.tests.support.backups_fixtures import BACKUP_SECRET
from app.tests.support.rows import open_raw_database
from db.baseline.adopt import REQUIRED
from db.baseline.names import TABLES
from db.engine import build_engine, get_current_engine, use_engine

if TYPE_CHECKING:
    from pathlib import Path


FIRST = list_past_databases()[0]
UNTOUCHED = ("person", "team", "cases", "membership", "organisation", "phrase")
"""No restore and no erasure takes a row from these tables."""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_it_is_restored_under_the_names_of_today(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    facts, before = json.loads((FIRST / FACTS).read_text()), tmp_path / "before"
    unpack(find_archive(FIRST, kind), before)
    source, target = (make_database_url(kind, tmp_path / name, request) for name in ("before", "after"))
    load_dump(before, source)
    here = get_current_engine()
    try:
        with use_installation(before, facts["secret_key"], facts["encryption_keys"]):
            use_engine(build_engine(source))
            place, manifest = await create_backup(build_settings(before), tmp_path / "une.sauvegarde")
            use_engine(build_engine(target))
            _, done = await restore(build_settings(tmp_path / "after"), place, replace=False)
    finally:
        use_engine(here)

    assert manifest.rows.keys() > TABLES.keys() and done.keys_match
    async with open_raw_database(target) as database:
        tables = set(await database.list_tables())
        found = {name: (await database.fetch(f"SELECT count(*) FROM {name}"))[0][0] for name in UNTOUCHED}  # noqa: S608
    assert tables >= set(TABLES.values()) and not tables & TABLES.keys()
    assert found == {name: facts["rows"][name] for name in UNTOUCHED}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_one_that_is_too_old_is_refused_before_anything_is_replaced(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    facts, before = json.loads((FIRST / FACTS).read_text()), tmp_path / "before"
    unpack(find_archive(FIRST, kind), before)
    source, target = (make_database_url(kind, tmp_path / name, request) for name in ("before", "after"))
    load_dump(before, source)
    here = get_current_engine()
    try:
        with use_installation(before, facts["secret_key"], facts["encryption_keys"]):
            use_engine(build_engine(source))
            await forget_last_migration()
            place, _ = await create_backup(build_settings(before), tmp_path / "une.sauvegarde")
            use_engine(build_engine(target))
            with pytest.raises(BackupError, match="trop ancienne"):
                await restore(build_settings(tmp_path / "after"), place, replace=True)
    finally:
        use_engine(here)

    async with open_raw_database(target) as database:
        assert await database.list_tables() == []


async def forget_last_migration() -> None:
    async with open_database(any_schema=True):
        await Migration.delete().where(Migration.name == max(REQUIRED))


def build_settings(folder: Path) -> Settings:
    return replace(settings, var_folder=folder, backup_key=BACKUP_SECRET)
