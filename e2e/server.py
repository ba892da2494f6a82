"""The real server as a process: python -m app serve, on a folder of its own."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from app.tests.support.log_check import find_forbidden_lines
from app.tests.support.postgres_cluster import find_free_port

_DATABASE = "aplus.sqlite"
_SESSIONS: dict[str, tuple[str, dict[str, Any]]] = {}
"""Of each account of the cast, by its login: _open_sessions() has the rest."""


class Server:
    """It has its own port and folder; it can be killed and started again."""

    def __init__(self, folder: Path, port: int, *, program: str = "app", **settings: str) -> None:
        self.folder, self.port, self._program = folder, port, program
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
    def log(self) -> Path:
        return self.folder / "journal"

    def check_log_is_anonymous(self) -> None:
        """No line of the log holds a name, an address, a token or a typed word."""
        lines = self.log.read_text().splitlines()
        assert lines and not find_forbidden_lines(lines), find_forbidden_lines(lines)[:5]

    def run(self, *command: str) -> list[str]:
        """Runs python -m app … in the server’s own environment. Returns the lines that it prints."""
        return self.run_module("app", *command)

    def run_module(self, module: str, *words: str) -> list[str]:
        command = [sys.executable, "-m", module, *words]
        asked = subprocess.run(command, env=self._environment, check=True, stdout=subprocess.PIPE, text=True)
        return asked.stdout.splitlines()

    def start(self) -> None:
        with self.log.open("ab") as kept:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._program, "serve"],
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

    def open_session(self, login: str) -> str:
        """The secret of a new session of one of the cast, as after a login."""
        if self._environment["DATABASE_URL"]:
            return self._secrets[login]
        secret, row = _SESSIONS[login]
        names, values = ", ".join(row), ", ".join("?" * len(row))
        with contextlib.closing(sqlite3.connect(self.folder / _DATABASE, timeout=20)) as opened, opened:
            opened.execute(f"INSERT INTO session ({names}) VALUES ({values})", tuple(row.values()))  # noqa: S608
        return secret

    @cached_property
    def _secrets(self) -> dict[str, str]:
        """login -> the secret of a session on PostgreSQL, where no seeded folder is copied."""
        return dict(line.split() for line in self.run_module("e2e.cast_sessions"))

    @property
    def process(self) -> int:
        assert self._process is not None
        return self._process.pid

    def read_memory(self) -> int:
        """Resident, in KiB."""
        return int(next(line.split()[1] for line in self._read_proc("status").splitlines() if line.startswith("VmRSS")))

    def read_cpu_seconds(self) -> float:
        spent = self._read_proc("stat").rpartition(")")[2].split()
        return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")

    def _read_proc(self, what: str) -> str:
        return Path(f"/proc/{self.process}/{what}").read_text()

    def kill(self) -> None:
        """Stops the process without a signal that it can handle, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()


@cache
def _seeded_folder(world: str) -> tempfile.TemporaryDirectory[str]:
    """The cast on SQLite, and what the module `world` adds. A copy takes a millisecond where `seed` takes seconds."""
    folder = tempfile.TemporaryDirectory(prefix="aplus-seeded-")
    seeded = Server(Path(folder.name), find_free_port())
    if world:
        shutil.copytree(_seeded_folder("").name, folder.name, dirs_exist_ok=True)
        seeded.run_module(world)
    else:
        seeded.run("seed")
        _SESSIONS.update(_open_sessions(seeded.folder))
    return folder


def _open_sessions(seeded: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """login -> the secret of a session, and its row: begin_session() makes it in a copy of the seeded folder.

    The seeded folder receives the keys of the copy, under which the secrets are known.
    """
    with tempfile.TemporaryDirectory(prefix="aplus-sessions-") as folder:
        shutil.copytree(seeded, folder, dirs_exist_ok=True)
        secrets = dict(line.split() for line in Server(Path(folder), find_free_port()).run_module("e2e.cast_sessions"))
        for key in Path(folder).glob("*.key"):
            shutil.copy(key, seeded)
        with contextlib.closing(sqlite3.connect(Path(folder, _DATABASE))) as opened:
            opened.row_factory = sqlite3.Row
            rows = [dict(row) for row in opened.execute("SELECT * FROM session ORDER BY id")]
    for row in rows:
        del row["id"]
    return {login: (secret, row) for (login, secret), row in zip(secrets.items(), rows, strict=True)}


@contextmanager
def run_server(
    folder: Path | None = None, *, world: str = "", program: str = "app", **settings: str
) -> Iterator[Server]:
    """A server with a freshly seeded database, in `folder` or in one that is removed afterwards.

    world: a module that adds data (python -m world), on SQLite. program: the module that serves.
    """
    with tempfile.TemporaryDirectory(prefix="aplus-") as passing:
        running = Server(folder or Path(passing), find_free_port(), program=program, **settings)
        if running.environment["DATABASE_URL"]:
            running.run("seed")
        else:
            shutil.copytree(_seeded_folder(world).name, running.folder, dirs_exist_ok=True)
        running.start()
        try:
            yield running
        finally:
            running.stop()
        running.check_log_is_anonymous()


@contextmanager
def run_two_servers(folder: Path, url: str, *, program: str = "app") -> Iterator[tuple[Server, Server]]:
    """Two processes of one PostgreSQL database."""
    with run_server(folder, program=program, DATABASE_URL=url) as first:
        second = Server(folder, find_free_port(), program=program, DATABASE_URL=url)
        second.start()
        try:
            yield first, second
        finally:
            second.stop()
