"""Each kept base on each database, migrated once by the command that an operator types, then a copy for each test."""

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

from app.domain.files.removal import bytes_removed
from app.gateways.email.transport import FolderMail
from app.gateways.files.store import Files
from app.main import create_app, state_of
from app.settings import ROOT
from app.tests.kept_bases.installed import as_setting, installed
from app.tests.kept_bases.migrated import Kept, SignIn
from app.tests.kept_bases.packing import FACTS, SQLITE_FILE, archive_of, kept_bases, put_in_place, unpack
from app.tests.kept_bases.reading import browser_of
from app.tests.kept_bases.schema import names
from app.tests.operations.test_migrating_forward import held
from app.tests.support.fixtures import Clock, opened
from app.tests.support.rows import raw_database
from db.engine import engine_for

if TYPE_CHECKING:
    from pathlib import Path

    from litestar import Litestar

    from app.tests.support.browser import Browser
    from app.tests.support.postgres_cluster import Cluster


NAME = "kept"


@pytest.fixture(
    scope="module",
    params=[(base, kind) for base in kept_bases() for kind in ("sqlite", "postgresql")],
    ids=lambda one: f"{one[0].name}-{one[1]}",
)
async def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Kept]:
    base, kind = request.param
    folder = tmp_path_factory.mktemp(kind) / "var"
    unpack(archive_of(base, kind), folder)
    facts = json.loads((base / FACTS).read_text())
    with _database(kind, folder, request) as url:
        put_in_place(folder, url)
        async with raw_database(url) as database:
            built, values = await names(database), await held(database)
        printed = await asyncio.to_thread(_migrate, Kept(folder, url, facts))
        yield Kept(folder, url, facts, printed, built, values)


@contextmanager
def _database(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / SQLITE_FILE}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    yield cluster.create_database(NAME)
    cluster.drop_database(NAME)


def _migrate(kept: Kept) -> str:
    """python -m app migrate, before the new version serves. All that it prints."""
    keys = {"SECRET_KEY": kept.facts["secret_key"], "ENCRYPTION_KEYS": as_setting(kept.facts["encryption_keys"])}
    own = {"DEMO": "0", "VAR_DIR": str(kept.folder), "DATABASE_URL": kept.url, "SMTP_URL": ""}
    command = [sys.executable, "-m", "app", "migrate"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own, **keys}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def fresh(migrated: Kept, request: pytest.FixtureRequest) -> Callable[[Path], Kept]:
    """Gives a copy of the migrated base, whose files are in that folder."""
    if migrated.url.startswith("postgresql"):
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.keep(NAME)

    def copied(folder: Path) -> Kept:
        shutil.copytree(migrated.folder, folder)
        if migrated.url.startswith("sqlite"):
            return Kept(folder, f"sqlite:///{folder / SQLITE_FILE}", migrated.facts)
        cluster.restore(NAME)
        return Kept(folder, migrated.url, migrated.facts)

    return copied


@pytest.fixture
async def here(fresh: Callable[[Path], Kept], tmp_path: Path) -> AsyncIterator[Kept]:
    """A copy, open, under its own settings: DEMO=0 and its keys."""
    kept = fresh(tmp_path / "var")
    with installed(kept.folder, kept.facts["secret_key"], kept.facts["encryption_keys"]):
        async with opened(engine_for(kept.url)):
            yield kept


@pytest.fixture
def clock(here: Kept) -> Clock:
    """The evening of the base: nothing of it is old yet."""
    clock = Clock()
    clock.now = here.made_at
    return clock


@pytest.fixture
def files(here: Kept) -> Iterator[Files]:
    kept = Files(here.folder / "pieces", scanned=False)
    bytes_removed.connect(kept.forget)
    yield kept
    bytes_removed.disconnect(kept.forget)


@pytest.fixture(scope="module")
def routed_as_installed(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """Routes and templates of a real installation: no page of the demonstration."""
    with installed(tmp_path_factory.mktemp("installed")):
        return create_app()


@pytest.fixture
def application(routed_as_installed: Litestar, here: Kept, clock: Clock, files: Files) -> Litestar:
    routed_as_installed.state = state_of(clock, FolderMail(here.folder / "courrier"), files)
    return routed_as_installed


@pytest.fixture
def signed_in(application: Litestar, clock: Clock) -> SignIn:
    """A browser in which this person of the cast has just signed in."""

    @asynccontextmanager
    async def sign_in(login: str) -> AsyncIterator[Browser]:
        async with browser_of(application, login, clock.now) as browser:
            yield browser

    return sign_in
