"""Each kept base on each database, migrated once by the operator’s command, then copied for each test."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import pytest

from app.domain.cases.search.reindexing import reindex_cases
from app.domain.files.removal import bytes_removed
from app.gateways.email.transport import FolderTransport
from app.gateways.files.store import EncryptedFileStore
from app.main import build_state, create_app
from app.settings import ROOT
from app.tests.kept_bases.databases import make_database_url
from app.tests.kept_bases.installed import format_setting, use_installation
from app.tests.kept_bases.migrated import MigratedDatabase, SignIn
from app.tests.kept_bases.packing import FACTS, SQLITE_FILE, find_archive, list_past_databases, load_dump, unpack
from app.tests.kept_bases.reading import open_signed_in_browser
from app.tests.kept_bases.schema import list_index_and_trigger_names, read_stored_values
from app.tests.support.fixtures import Clock, open_engine
from app.tests.support.rows import open_raw_database
from db.engine import build_engine

if TYPE_CHECKING:
    from pathlib import Path

    from litestar import Litestar

    from app.tests.support.browser import Browser
    from app.tests.support.postgres_cluster import Cluster


NAME = "kept"


@pytest.fixture(
    scope="module",
    params=[(base, kind) for base in list_past_databases() for kind in ("sqlite", "postgresql")],
    ids=lambda one: f"{one[0].name}-{one[1]}",
)
async def migrated_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[MigratedDatabase]:
    base, kind = request.param
    folder = tmp_path_factory.mktemp(kind) / "var"
    unpack(find_archive(base, kind), folder)
    facts = json.loads((base / FACTS).read_text())
    with _database(kind, folder, request) as url:
        load_dump(folder, url)
        async with open_raw_database(url) as database:
            built, values = await list_index_and_trigger_names(database), await read_stored_values(database)
        printed = await asyncio.to_thread(_migrate, MigratedDatabase(folder, url, facts))
        yield MigratedDatabase(folder, url, facts, printed, built, values)


@contextmanager
def _database(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / SQLITE_FILE}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    yield cluster.create_database(NAME)
    cluster.drop_database(NAME)


def _migrate(kept: MigratedDatabase) -> str:
    """Runs what an operator runs before the new version serves. Returns all that it prints."""
    keys = {"SECRET_KEY": kept.facts["secret_key"], "ENCRYPTION_KEYS": format_setting(kept.facts["encryption_keys"])}
    own = {"DEMO": "0", "VAR_DIR": str(kept.folder), "DATABASE_URL": kept.url, "SMTP_URL": ""}
    printed = ""
    for command in ("baseline", "migrate"):
        run = [sys.executable, "-m", "app", command]
        done = subprocess.run(run, cwd=ROOT, env={**os.environ, **own, **keys}, capture_output=True, text=True)
        printed += done.stdout + done.stderr
        assert done.returncode == 0, printed
    return printed


@pytest.fixture(scope="module")
def copy_past_database(
    migrated_database: MigratedDatabase, request: pytest.FixtureRequest
) -> Callable[[Path], MigratedDatabase]:
    """Gives a copy of the migrated base, whose files are in that folder."""
    if migrated_database.url.startswith("postgresql"):
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.save_rows(NAME)

    def copied(folder: Path) -> MigratedDatabase:
        shutil.copytree(migrated_database.folder, folder)
        if migrated_database.url.startswith("sqlite"):
            return MigratedDatabase(folder, f"sqlite:///{folder / SQLITE_FILE}", migrated_database.facts)
        cluster.restore_rows(NAME)
        return MigratedDatabase(folder, migrated_database.url, migrated_database.facts)

    return copied


@pytest.fixture
async def past_database(
    copy_past_database: Callable[[Path], MigratedDatabase], tmp_path: Path
) -> AsyncIterator[MigratedDatabase]:
    """An open copy, under its own settings: DEMO=0 and its keys."""
    kept = copy_past_database(tmp_path / "var")
    with use_installation(kept.folder, kept.facts["secret_key"], kept.facts["encryption_keys"]):
        async with open_engine(build_engine(kept.url)):
            yield kept


@pytest.fixture
def clock(past_database: MigratedDatabase) -> Clock:
    """The evening of the base: nothing in it has expired yet."""
    clock = Clock()
    clock.now = past_database.made_at
    return clock


@pytest.fixture
async def indexed_again(past_database: MigratedDatabase, clock: Clock) -> None:
    """The job has made the search index of its version again."""
    while await reindex_cases(clock.now):
        pass


@pytest.fixture
def files(past_database: MigratedDatabase) -> Iterator[EncryptedFileStore]:
    kept = EncryptedFileStore(past_database.folder / "pieces", requires_scan=False)
    bytes_removed.connect(kept.delete)
    yield kept
    bytes_removed.disconnect(kept.delete)


@pytest.fixture(scope="module")
def installed_routes(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """Routes and templates of a real installation, without the pages of the demonstration."""
    with use_installation(tmp_path_factory.mktemp("installed")):
        return create_app()


@pytest.fixture
def application(
    installed_routes: Litestar, past_database: MigratedDatabase, clock: Clock, files: EncryptedFileStore
) -> Litestar:
    installed_routes.state = build_state(clock, FolderTransport(past_database.folder / "courrier"), files)
    return installed_routes


@pytest.fixture
def sign_in(application: Litestar, clock: Clock) -> SignIn:
    """A browser in which this person of the cast has just logged in."""

    @asynccontextmanager
    async def sign_in(login: str) -> AsyncIterator[Browser]:
        async with open_signed_in_browser(application, login, clock.now) as browser:
            yield browser

    return sign_in


@pytest.fixture(params=["sqlite", "postgresql"])
async def former_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of the kept base as it was kept. Its engine is open."""
    unpack(find_archive(list_past_databases()[0], request.param), tmp_path / "former")
    url = make_database_url(request.param, tmp_path / "former", request)
    load_dump(tmp_path / "former", url)
    async with open_engine(build_engine(url)):
        yield url
