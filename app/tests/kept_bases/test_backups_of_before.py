"""A backup made before 2026-11-27, whose database and manifest have the former table names, can be restored."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from piccolo.apps.migrations.tables import Migration

from app.cli.backup.encrypted_file import BackupError
from app.cli.backup.restore import RestoreResult, restore
from app.cli.backup.write import Manifest, create_backup
from app.cli.database import open_database
from app.settings import Settings, settings
from app.tests.kept_bases.databases import make_database_url
from app.tests.kept_bases.facts import Facts
from app.tests.kept_bases.installed import use_installation
from app.tests.kept_bases.packing import FACTS, find_archive, list_past_databases, load_dump, unpack
from app.tests.support.backups_fixtures import BACKUP_SECRET
from app.tests.support.rows import open_raw_database
from db.baseline.adopt import REQUIRED
from db.baseline.names import TABLES
from db.engine import build_engine, get_current_engine, use_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


FIRST = list_past_databases()[0]
UNTOUCHED = ("person", "team", "cases", "membership", "organisation", "phrase")
"""No restore and no erasure takes a row from these tables."""


@dataclass(frozen=True)
class TwoDatabases:
    """A base as it was kept, under its settings, and an empty one of the same kind. Each URL is that of its folder."""

    folder: Path
    source: str
    target: str
    facts: Facts

    async def back_up(self) -> tuple[Path, Manifest]:
        use_engine(build_engine(self.source))
        return await create_backup(build_settings(self.folder / "before"), self.folder / "une.sauvegarde")

    async def restore(self, place: Path, *, replace: bool) -> RestoreResult:
        use_engine(build_engine(self.target))
        return (await restore(build_settings(self.folder / "after"), place, replace=replace))[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def two_databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TwoDatabases]:
    facts = json.loads((FIRST / FACTS).read_text())
    unpack(find_archive(FIRST, request.param), tmp_path / "before")
    source, target = (make_database_url(request.param, tmp_path / name, request) for name in ("before", "after"))
    load_dump(tmp_path / "before", source)
    here = get_current_engine()
    with use_installation(tmp_path / "before", facts["secret_key"], facts["encryption_keys"]):
        yield TwoDatabases(tmp_path, source, target, facts)
    use_engine(here)


async def test_it_is_restored_under_the_names_of_today(two_databases: TwoDatabases) -> None:
    place, manifest = await two_databases.back_up()
    done = await two_databases.restore(place, replace=False)

    assert manifest.rows.keys() > TABLES.keys() and done.keys_match
    async with open_raw_database(two_databases.target) as database:
        tables = set(await database.list_tables())
        found = {name: (await database.fetch(f"SELECT count(*) FROM {name}"))[0][0] for name in UNTOUCHED}  # noqa: S608
    assert tables >= set(TABLES.values()) and not tables & TABLES.keys()
    assert found == {name: two_databases.facts["rows"][name] for name in UNTOUCHED}


async def test_one_that_is_too_old_is_refused_before_anything_is_replaced(two_databases: TwoDatabases) -> None:
    use_engine(build_engine(two_databases.source))
    await forget_last_migration()
    place, _ = await two_databases.back_up()

    with pytest.raises(BackupError, match="trop ancienne"):
        await two_databases.restore(place, replace=True)

    async with open_raw_database(two_databases.target) as database:
        assert await database.list_tables() == []


async def forget_last_migration() -> None:
    async with open_database(any_schema=True):
        await Migration.delete().where(Migration.name == max(REQUIRED))


def build_settings(folder: Path) -> Settings:
    return replace(settings, var_folder=folder, backup_key=BACKUP_SECRET)
