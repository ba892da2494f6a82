"""SIGTERM: streams end at once, a running post is finished and committed, then the process ends by itself."""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from app.domain.authentication.sessions import hash_session_token
from app.routes.middleware.authentication import SESSION_COOKIE
from app.settings import ROOT, settings
from app.tests.support.postgres_cluster import find_free_port


class Running:
    """python -m app serve, with its private port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.private = folder, find_free_port(), find_free_port()
        found = {"VAR_DIR": str(folder), "PORT": str(self.port), "METRICS_PORT": str(self.private), "DATABASE_URL": ""}
        environment = {**os.environ, **found, "DEMO": "1", "PUBLIC_URL": "", "HOST": "127.0.0.1", "LOG_LEVEL": "INFO"}
        command = [sys.executable, "-m", "app"]
        (folder / "secret.key").write_bytes(settings.secret_key)
        subprocess.run([*command, "seed"], cwd=ROOT, env=environment, check=True, capture_output=True)
        self.process = subprocess.Popen(
            [*command, "serve"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout and "Administration+" in self.process.stdout.readline()

    def get(self, path: str, headers: dict[str, str] | None = None) -> str:
        return self._read(self.port, path, headers or {})

    def read_metrics(self) -> str:
        return self._read(self.private, "/metrics", {})

    def _read(self, port: int, path: str, headers: dict[str, str]) -> str:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
            return str(answer.read().decode())


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    server = Running(tmp_path)
    yield server
    server.process.kill()
    server.process.communicate()


def test_a_locked_database_is_told_in_time_and_forgotten_once_it_answers(running: Running) -> None:
    with closing(sqlite3.connect(running.folder / "aplus.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with pytest.raises(HTTPError) as refused:
            running.get("/readyz")
        assert time.monotonic() - begun < 6 and refused.value.code == 503
        assert json.loads(refused.value.read()) == {"pret": False, "manque": ["base"]}
        assert json.loads(running.get("/livez")) == {"vivant": True}
        other.rollback()
    for _ in range(50):
        with suppress(HTTPError):
            assert json.loads(running.get("/readyz")) == {"pret": True, "manque": []}
            return
        time.sleep(0.1)
    pytest.fail("still not ready")


def signed_in(running: Running) -> dict[str, str]:
    """The cookie of a logged-in agent, whose session is in the server’s database."""
    token, now = secrets.token_hex(32), datetime.now(UTC)
    with sqlite3.connect(running.folder / "aplus.sqlite") as database:
        person = database.execute("SELECT id FROM person WHERE address = 'agent.lot@exemple.fr'").fetchone()[0]
        database.execute(
            "INSERT INTO session (token_hash, person, created_at, seen_at, ends_at, remember, browser, by_link)"
            " VALUES (?, ?, ?, ?, ?, 0, '', 0)",
            (hash_session_token(token), person, str(now), str(now), str(now + timedelta(hours=1))),
        )
    return {"Cookie": f"{SESSION_COOKIE}={token}"}


def send_half_post(port: int, path: str, body: bytes, **headers: str) -> http.client.HTTPConnection:
    """Sends the headers and the first bytes of the body; the rest is not sent yet."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.putrequest("POST", path)
    line.putheader("Content-Type", "application/x-www-form-urlencoded")
    line.putheader("Content-Length", str(len(body)))
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders(body[:5])
    return line


def test_streams_end_a_post_under_way_is_kept_and_the_process_goes(running: Running) -> None:
    assert json.loads(running.get("/readyz")) == {"pret": True, "manque": []}
    cookie = signed_in(running)
    token = re.search(r'name="jeton" value="(\w+)"', running.get("/profil", cookie))
    assert token
    stream = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    stream.request("GET", "/flux", headers=cookie)
    listening = stream.getresponse()
    assert listening.status == 200 and "aplus_open_streams 1.0" in running.read_metrics()
    body = urlencode({"jeton": token[1], "mails": "daily"}).encode()
    post = send_half_post(running.port, "/profil/mails", body, **cookie)
    time.sleep(0.2)

    begun = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    listening.read()
    assert time.monotonic() - begun < 1
    time.sleep(0.3)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port), timeout=2)
    post.send(body[5:])
    assert post.getresponse().status == 303
    post.close()

    _, journal = running.process.communicate(timeout=10)
    assert running.process.returncode in {0, -signal.SIGTERM} and time.monotonic() - begun < 5
    assert {json.loads(line)["event"] for line in journal.splitlines()} >= {"audit_entry"}
    with sqlite3.connect(running.folder / "aplus.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        chosen = database.execute(
            "SELECT email_frequency FROM person WHERE address = 'agent.lot@exemple.fr'"
        ).fetchone()
    assert chosen == ("daily",)
