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
from app.gateways.email.transport import FolderMail
from app.gateways.email.worker import Postman
from app.gateways.files.store import Files
from app.main import create_app, state_of
from app.routes.middleware.authentication import SESSION_COOKIE
from app.templating import environment
from app.tests.support.browser import Browser
from app.tests.support.postgres_cluster import Cluster, private_cluster
from db import sqlite_engine
from db.engine import Engine, engine_for, use

sqlite_engine.SYNCHRONOUS = "NORMAL"  # no power cut reaches these files; thousands of fsyncs would cost minutes
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """Now, as the test says it."""

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
async def opened(engine: Engine) -> AsyncIterator[None]:
    use(engine)
    await engine.start()
    try:
        yield
    finally:
        await engine.stop()


async def build_template(engine: Engine) -> None:
    async with opened(engine):
        await run_forwards("db")
        await load_reference()
        await build_people(START)


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    await build_template(engine_for(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with private_cluster() as running:
        yield running


@pytest.fixture(scope="session")
async def postgres_world(cluster: Cluster) -> str:
    url = cluster.create_database("world")
    await build_template(engine_for(url))
    cluster.keep("world")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh copy of the template, on each database in turn."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{copyfile(template, tmp_path / 'world.sqlite')}"
        return
    running: Cluster = request.getfixturevalue("cluster")
    url: str = request.getfixturevalue("postgres_world")
    running.restore("world")
    yield url


@pytest.fixture
async def database(world: str) -> AsyncIterator[str]:
    """The test's own database, open; its URL."""
    async with opened(engine_for(world)):
        yield world


@pytest.fixture
async def cast(database: str) -> Cast:
    """The named people, each with a moral: app/cast.py."""
    return await load_cast()


@pytest.fixture
def letterbox(tmp_path: Path) -> FolderMail:
    """Where the letters of this test arrive, as real messages."""
    return FolderMail(tmp_path / "letters")


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    """Where the attachments of this test are kept; what the rules delete is deleted there."""
    kept = Files(tmp_path / "pieces", scanned=False)
    bytes_removed.connect(kept.forget)
    yield kept
    bytes_removed.disconnect(kept.forget)


@pytest.fixture
def scanned_files(files: Files) -> Files:
    """The same, where an antivirus must have spoken before a file leaves."""
    files.scanned = True
    return files


@pytest.fixture(scope="session")
def templates() -> Environment:
    return environment()


@pytest.fixture
def postman(letterbox: FolderMail, templates: Environment, clock: Clock) -> Postman:
    """Delivers when the test says so: await postman.deliver_due()."""
    return Postman(letterbox, templates, clock)


@pytest.fixture(scope="session")
def routed() -> Litestar:
    """Routes and templates, built once: they cost half a second of processor, which each test would spend again."""
    return create_app()


@pytest.fixture
def application(routed: Litestar, database: str, clock: Clock, letterbox: FolderMail, files: Files) -> Litestar:
    """The application with a state of its own: nothing of the test before is left in it."""
    routed.state = state_of(clock, letterbox, files)
    return routed


@pytest.fixture
async def anonymous(application: Litestar) -> AsyncIterator[Browser]:
    async with Browser(application) as browser:
        yield browser


@pytest.fixture
async def signed_in(application: Litestar, clock: Clock) -> AsyncIterator[Callable[[Actor], Awaitable[Browser]]]:
    """A browser in which this person is signed in; each call is another browser."""
    async with AsyncExitStack() as stack:

        async def open_browser(actor: Actor) -> Browser:
            browser = await stack.enter_async_context(Browser(application))
            browser.http.headers["user-agent"] = "tests"
            token = await begin_session(actor.id, remember=False, browser="tests", now=clock.now)
            browser.http.cookies.set(SESSION_COOKIE, token)
            return browser

        yield open_browser
