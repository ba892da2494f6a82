"""A fresh copy of one small world for each test, on both databases; a fixed clock; browsers without scripts."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from jinja2 import Environment
from litestar import Litestar
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import Cast, build_people, load_cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.sessions import begin_session
from app.domain.catalogue.loading import load_reference
from app.domain.files.removal import bytes_removed
from app.gateways.email.transport import FolderTransport
from app.gateways.email.worker import EmailWorker
from app.gateways.files.store import EncryptedFileStore
from app.main import build_state, create_app
from app.routes.middleware.authentication import SESSION_COOKIE
from app.templating import build_environment
from app.tests.support.browser import Browser
from app.tests.support.postgres_cluster import Cluster, OwnCluster, run_own_cluster, run_shared_cluster
from db import sqlite_engine
from db.engine import Engine, build_engine, use_engine

sqlite_engine.SYNCHRONOUS = "OFF"  # no power cut reaches these files; thousands of fsyncs would cost minutes
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """The time that the test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def now(clock: Clock) -> datetime:
    return clock.now


@asynccontextmanager
async def open_engine(engine: Engine) -> AsyncIterator[None]:
    use_engine(engine)
    await engine.start()
    try:
        yield
    finally:
        await engine.stop()


async def build_template(engine: Engine) -> None:
    async with open_engine(engine):
        await run_forwards("db")
        await load_reference()
        await build_people(START)


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    await build_template(build_engine(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with run_shared_cluster() as running:
        yield running


@pytest.fixture
def own_cluster() -> Iterator[OwnCluster]:
    """Another cluster, which the test may stop and start."""
    with run_own_cluster() as running:
        yield running


@pytest.fixture(scope="session")
async def postgres_database(cluster: Cluster) -> str:
    url = cluster.create_database("world")
    await build_template(build_engine(url))
    cluster.save_rows("world")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh copy of the template, on each database in turn."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{copyfile(template, tmp_path / 'world.sqlite')}"
        return
    running: Cluster = request.getfixturevalue("cluster")
    url: str = request.getfixturevalue("postgres_database")
    running.restore_rows("world")
    yield url


@pytest.fixture
async def database(new_database: str) -> AsyncIterator[str]:
    """The test’s own database, open; its URL."""
    async with open_engine(build_engine(new_database)):
        yield new_database


@pytest.fixture
async def cast(database: str) -> Cast:
    """The named people: app/cast.py."""
    return await load_cast()


@pytest.fixture
def email_folder(tmp_path: Path) -> FolderTransport:
    """Where the emails of this test arrive, as real messages."""
    return FolderTransport(tmp_path / "letters")


@pytest.fixture
def files(tmp_path: Path) -> Iterator[EncryptedFileStore]:
    """Where the attachments of this test are stored; files that the product deletes are deleted there."""
    kept = EncryptedFileStore(tmp_path / "pieces", requires_scan=False)
    bytes_removed.connect(kept.delete)
    yield kept
    bytes_removed.disconnect(kept.delete)


@pytest.fixture
def scanned_files(files: EncryptedFileStore) -> EncryptedFileStore:
    """The same, with an antivirus that must accept a file before it is sent."""
    files.requires_scan = True
    return files


@pytest.fixture(scope="session")
def templates() -> Environment:
    return build_environment()


@pytest.fixture
def email_worker(email_folder: FolderTransport, templates: Environment, clock: Clock) -> EmailWorker:
    """Delivers when the test calls deliver_due()."""
    return EmailWorker(email_folder, templates, clock)


@pytest.fixture(scope="session")
def shared_routes() -> Litestar:
    """Routes and templates, built once: each test would spend half a second of processor time on them."""
    return create_app()


@pytest.fixture
def application(
    shared_routes: Litestar, database: str, clock: Clock, email_folder: FolderTransport, files: EncryptedFileStore
) -> Litestar:
    """The application with its own state: nothing of the test before is left in it."""
    shared_routes.state = build_state(clock, email_folder, files)
    return shared_routes


@pytest.fixture
async def anonymous_browser(application: Litestar) -> AsyncIterator[Browser]:
    async with Browser(application) as browser:
        yield browser


@pytest.fixture
async def sign_in(application: Litestar, clock: Clock) -> AsyncIterator[Callable[[Actor], Awaitable[Browser]]]:
    """A browser in which this person is logged in; each call is another browser."""
    async with AsyncExitStack() as stack:

        async def open_browser(actor: Actor) -> Browser:
            browser = await stack.enter_async_context(Browser(application))
            browser.http.headers["user-agent"] = "tests"
            token = await begin_session(actor.id, remember=False, browser="tests", now=clock.now)
            browser.http.cookies.set(SESSION_COOKIE, token)
            return browser

        yield open_browser
