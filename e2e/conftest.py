"""The real server as a process, and real browsers: with scripts and without."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from app.journal_check import out_of_place
from db.private_cluster import free_port
from e2e.line import Line
from e2e.people import Person

_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
"""Without windows nor menus where it can be had: the same pages, for half the processor."""
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if os.getuid() == 0 else []),
]

PATIENCE = 20_000
"""Milliseconds: a busy machine is not a fault. What must be quick is measured by bin/bench, not by giving up here."""
expect.set_options(timeout=PATIENCE)


RUN_TWICE = "{} browser test(s) failed once, then passed or failed again: each is a defect to mend next"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test that fails is run a second time, once, and the summary says so."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the first run of each said, which pytest-rerunfailures keeps to itself."""
    again = terminalreporter.stats.get("rerun", [])
    if again:
        terminalreporter.section(RUN_TWICE.format(len(again)), red=True)
    for report in again:
        terminalreporter.section(report.nodeid, "_")
        terminalreporter.write_line(report.longreprtext)


class Server:
    """python -m app serve, on its own port and folder; it can be killed and started again."""

    def __init__(self, folder: Path, port: int, **settings: str) -> None:
        self.folder, self.port = folder, port
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {
            **os.environ,
            "VAR_DIR": str(folder),
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "DEMO": "1",
            "DATABASE_URL": "",
            "PUBLIC_URL": "",
            "SMTP_URL": "",
            "SMS_URL": "",
            "LOG_LEVEL": "INFO",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return dict(self._environment)

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    def says_nothing_of_anybody(self) -> None:
        """Whatever was done in these browsers, no line of the journal holds a name, an address, a token, a word."""
        lines = self.journal.read_text().splitlines()
        assert lines and not out_of_place(lines), out_of_place(lines)[:5]

    def run(self, *command: str) -> list[str]:
        """python -m app …, in the server's own environment: the lines that it prints."""
        return self.ask("app", *command)

    def ask(self, module: str, *words: str) -> list[str]:
        command = [sys.executable, "-m", module, *words]
        asked = subprocess.run(command, env=self._environment, check=True, stdout=subprocess.PIPE, text=True)
        return asked.stdout.splitlines()

    def start(self) -> None:
        with self.journal.open("ab") as kept:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"],
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=kept,
            )
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{self.url}/login", timeout=1)
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=15)

    @property
    def process(self) -> int:
        assert self._process is not None
        return self._process.pid

    def memory(self) -> int:
        """Resident, in KiB."""
        return int(next(line.split()[1] for line in self._told("status").splitlines() if line.startswith("VmRSS")))

    def processor(self) -> float:
        """Seconds spent so far."""
        spent = self._told("stat").rpartition(")")[2].split()
        return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")

    def _told(self, what: str) -> str:
        return Path(f"/proc/{self.process}/{what}").read_text()

    def kill(self) -> None:
        """As a power cut would: nothing is told to the process."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()


@cache
def _seeded_folder() -> tempfile.TemporaryDirectory[str]:
    """The cast on SQLite. A copy takes a millisecond where `seed` takes two seconds."""
    folder = tempfile.TemporaryDirectory(prefix="aplus-seeded-")
    Server(Path(folder.name), free_port()).run("seed")
    return folder


@contextmanager
def serving(folder: Path | None = None, **settings: str) -> Iterator[Server]:
    """A server with a freshly seeded database, in `folder` or in one that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="aplus-") as passing:
        running = Server(folder or Path(passing), free_port(), **settings)
        if running.environment["DATABASE_URL"]:
            running.run("seed")
        else:
            shutil.copytree(_seeded_folder().name, running.folder, dirs_exist_ok=True)
        running.start()
        try:
            yield running
        finally:
            running.stop()
        running.says_nothing_of_anybody()


@contextmanager
def browsing() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for each file of tests: a full mailbox or a long list of one file changes nothing in another."""
    with serving(tmp_path_factory.mktemp("e2e")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture(params=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "with scripts")


@pytest.fixture
def new_page(server: Server, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a browser of its own; anything the page's console calls an error fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(*, javascript: bool = True, url: str = "", signed_in: StorageState | None = None) -> Page:
        context = chromium.new_context(
            base_url=url or server.url, java_script_enabled=javascript, locale="fr-FR", storage_state=signed_in
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    """Another address of the server, over a line that the test cuts and mends."""
    relay = Line(server.port)
    yield relay
    relay.close()


@pytest.fixture
def arrive(new_page: Callable[..., Page]) -> Callable[..., Person]:
    """A person who has logged in by their letter."""

    def log_in(login: str, *, javascript: bool = True, url: str = "") -> Person:
        person = Person(new_page(javascript=javascript, url=url), f"{login}@exemple.fr")
        person.log_in()
        return person

    return log_in


@pytest.fixture(scope="module")
def sessions() -> dict[str, StorageState]:
    """login -> the cookies of who has come in already."""
    return {}


@pytest.fixture
def at_desk(new_page: Callable[..., Page], sessions: dict[str, StorageState]) -> Callable[..., Person]:
    """The same, without a new letter when they came in for an earlier test: for journeys that begin after login."""

    def sit_down(login: str, *, javascript: bool = True) -> Person:
        person = Person(new_page(javascript=javascript, signed_in=sessions.get(login)), f"{login}@exemple.fr")
        if login in sessions:
            person.page.goto("/demandes")
        else:
            person.log_in()
            sessions[login] = person.page.context.storage_state()
        return person

    return sit_down
