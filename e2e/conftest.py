"""Fixtures of the browser tests: a server for each file, browsers with scripts and without."""

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.postgres_cluster import Cluster
from e2e.browser import TIMEOUT_MS, open_browser
from e2e.line import CuttableLine
from e2e.people import Person
from e2e.server import Server, run_server

RUN_TWICE = "{} browser test(s) failed once, then passed or failed again: each is a defect to mend next"


def pytest_addoption(parser: pytest.Parser) -> None:
    meaning = "the database of the servers that browsers visit"
    parser.addoption("--browsers-on", choices=["sqlite", "postgresql"], default="sqlite", help=meaning)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test that fails is run a second time, once, and the summary says so."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The failure of each first run, which pytest-rerunfailures does not show."""
    again = terminalreporter.stats.get("rerun", [])
    if again:
        terminalreporter.section(RUN_TWICE.format(len(again)), red=True)
    for report in again:
        terminalreporter.section(report.nodeid, "_")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(scope="module")
def servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[int], Server]]:
    """attempt -> its server, started by the first test that asks for it. A file may name another PROGRAM."""
    program: str = getattr(request.module, "PROGRAM", "app")
    url = request.getfixturevalue("url_of_servers")
    with ExitStack() as running:
        yield functools.cache(
            lambda attempt: running.enter_context(
                run_server(tmp_path_factory.mktemp(f"e2e{attempt}-"), program=program, DATABASE_URL=url())
            )
        )


@pytest.fixture(scope="module")
def url_of_servers(request: pytest.FixtureRequest) -> Callable[[], str]:
    """A new database for each server with --browsers-on postgresql, nothing on SQLite. A file may read SQLite’s own."""
    if request.config.getoption("browsers_on", "sqlite") == "sqlite":
        return str
    if hasattr(request.module, "sqlite3"):
        pytest.skip("it changes rows in the file of SQLite")
    cluster: Cluster = request.getfixturevalue("cluster")
    return lambda: cluster.create_database(f"browsers_{uuid4().hex}")


@pytest.fixture
def server(request: pytest.FixtureRequest, servers: Callable[[int], Server]) -> Server:
    """One for each file of tests, so that the emails or cases of one file change nothing in another.

    The second run of a test has a new one: what its first run wrote would make it fail again.
    """
    attempt: int = getattr(request.node, "execution_count", 1)  # pytest-rerunfailures sets it
    return servers(attempt)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(params=["with scripts", "without scripts"])
def with_scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "with scripts")


@pytest.fixture
def new_page(server: Server, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A page in its own browser; any error in the page’s console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(*, javascript: bool = True, url: str = "", signed_in: StorageState | None = None) -> Page:
        context = chromium.new_context(
            base_url=url or server.url, java_script_enabled=javascript, locale="fr-FR", storage_state=signed_in
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def cut_line(server: Server) -> Iterator[CuttableLine]:
    """Another address of the server, over a connection that the test cuts and mends."""
    relay = CuttableLine(server.port)
    yield relay
    relay.close()


@pytest.fixture
def log_in_by_email(new_page: Callable[..., Page]) -> Callable[..., Person]:
    """A person who has logged in by the link of an email."""

    def log_in(login: str, *, javascript: bool = True, url: str = "") -> Person:
        person = Person(new_page(javascript=javascript, url=url), f"{login}@exemple.fr")
        person.log_in()
        return person

    return log_in


def build_session_state(secret: str) -> StorageState:
    cookie = {"name": SESSION_COOKIE, "value": secret, "domain": "127.0.0.1", "path": "/", "expires": -1}
    return {"cookies": [{**cookie, "httpOnly": True, "secure": False, "sameSite": "Lax"}], "origins": []}


@pytest.fixture(scope="module")
def sessions_by_server() -> dict[str, dict[str, StorageState]]:
    return {}


@pytest.fixture
def sessions(server: Server, sessions_by_server: dict[str, dict[str, StorageState]]) -> dict[str, StorageState]:
    """login -> the cookies of a session on this server."""
    return sessions_by_server.setdefault(server.url, {})


@pytest.fixture
def log_in_again(
    server: Server, new_page: Callable[..., Page], sessions: dict[str, StorageState]
) -> Callable[..., Person]:
    """The same, with a session that began before: for journeys that begin after login. No email is sent."""

    def sit_down(login: str, *, javascript: bool = True, url: str = "") -> Person:
        if login not in sessions:
            sessions[login] = build_session_state(server.open_session(login))
        person = Person(new_page(javascript=javascript, url=url, signed_in=sessions[login]), f"{login}@exemple.fr")
        person.page.goto("/demandes")
        return person

    return sit_down
