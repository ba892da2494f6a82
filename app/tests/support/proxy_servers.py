"""deploy/nginx.conf and deploy/Caddyfile before the server, for tests. Only names, ports and certificates differ."""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from app.cast import load_cast
from app.domain.authentication.sessions import begin_session
from app.domain.cases.draft.submission import submit
from app.settings import ROOT, settings
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.fixtures import open_engine
from app.tests.support.postgres_cluster import find_free_port
from db.engine import build_engine

NAME, UPSTREAM, CLIENT = "aplus.exemple.fr", "127.0.0.1:8000", "127.5.6.7"
PROGRAMS = {name: shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("nginx", "caddy")}


def find_program(name: str) -> str:
    return shutil.which(name) or name


def adapt_config(text: str, **replaced: str) -> str:
    """The published file adapted to this machine. Fails if a text to replace is absent."""
    for was, now in replaced.items():
        assert was in text, f"deploy/ has no « {was} » any more"
        text = text.replace(was, now)
    return text


def write_nginx_files(folder: Path, port: int, app_port: int, **hurried: str) -> list[str]:
    site = adapt_config(
        (ROOT / "deploy/nginx.conf").read_text(),
        **{
            NAME: "localhost",
            UPSTREAM: f"127.0.0.1:{app_port}",
            "listen 443": f"listen 127.0.0.1:{port}",
            "listen 80": f"listen 127.0.0.1:{find_free_port()}",
            "/etc/ssl/aplus/fullchain.pem": f"{folder}/cert.pem",
            "/etc/ssl/aplus/privkey.pem": f"{folder}/key.pem",
            "/var/log/nginx/aplus.log": f"{folder}/access.log",
            "/var/log/nginx/aplus.error.log": f"{folder}/site.error.log",
            **hurried,
        },
    )
    (folder / "site.conf").write_text(site)
    return build_nginx_command(folder, f"include {folder}/site.conf;")


def build_nginx_command(folder: Path, sites: str) -> list[str]:
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in places)
    as_root = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{as_root} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temporary} {sites} }}"
    )
    return [str(PROGRAMS["nginx"]), "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]


def write_caddy_files(folder: Path, port: int, app_port: int, **hurried: str) -> list[str]:
    site = adapt_config(
        (ROOT / "deploy/Caddyfile").read_text(),
        **{
            f"{NAME} {{": f"https://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {folder}/cert.pem {folder}/key.pem",
            UPSTREAM: f"127.0.0.1:{app_port}",
            "admin off": "admin off\n\tauto_https disable_redirects",
            **hurried,
        },
    )
    return build_caddy_command(folder, site)


def build_caddy_command(folder: Path, sites: str) -> list[str]:
    (folder / "Caddyfile").write_text(sites)
    return [str(PROGRAMS["caddy"]), "run", "--adapter", "caddyfile", "--config", f"{folder}/Caddyfile"]


WRITE_FILES = {"nginx": write_nginx_files, "caddy": write_caddy_files}
SHORT_TIMEOUTS = {
    "nginx": {
        "client_header_timeout 10s": "client_header_timeout 1s",
        "client_body_timeout 60s": "client_body_timeout 1s",
        "send_timeout 60s": "send_timeout 1s",
        "keepalive_timeout 75s": "keepalive_timeout 1s",
        "limit_conn aplus_streams 300": "limit_conn aplus_streams 2",
    },
    "caddy": {"read_header 10s": "read_header 1s", "read_body 2h": "read_body 3s", "idle 2m": "idle 1s"},
}
"""The same files with times that a test can wait for, and a number of streams."""


@dataclass
class FrontProxy:
    """A running proxy, the server behind it, the people logged in there, and a case that both read."""

    name: str
    port: int
    app_port: int
    database: Path
    sessions: dict[str, str]
    case: str

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def browser(self, login: str = "", **headers: str) -> httpx2.Client:
        """At another address than the proxy’s, as real clients are."""
        cookies = {"__Host-aplus_session": self.sessions[login]} if login else {}
        transport = httpx2.HTTPTransport(verify=False, local_address=CLIENT)
        own = {"origin": self.url, **headers}
        return httpx2.Client(base_url=self.url, transport=transport, cookies=cookies, headers=own, timeout=10)

    def send_raw(self, *parts: bytes) -> bytes:
        """The answer to these bytes over TLS, up to the end of the connection or two seconds of silence."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
            return send_raw(context.wrap_socket(line, server_hostname="localhost"), *parts)

    def send_raw_to_server(self, *parts: bytes) -> bytes:
        """The same without the proxy."""
        with socket.create_connection(("127.0.0.1", self.app_port), timeout=2) as line:
            return send_raw(line, *parts)


def send_raw(line: socket.socket, *parts: bytes) -> bytes:
    answer = b""
    try:
        for part in parts:
            line.sendall(part)
        while piece := line.recv(65536):
            answer += piece
    except (TimeoutError, ConnectionError, ssl.SSLError):
        pass
    return answer


def get_directly(url: str) -> None:
    """From the server itself, by http. Raises OSError while it does not answer."""
    urllib.request.urlopen(url).close()  # nosec B310


@contextmanager
def run_process(command: list[str], answers: Callable[[], object], **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        for _ in range(150):
            try:
                answers()
                break
            except OSError:
                assert process.poll() is None, process.communicate()[1].decode()
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=15)


def build_certificate(folder: Path) -> None:
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    files = ("-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem")
    subprocess.run([find_program("openssl"), "req", "-x509", *kind, *name, *files], check=True, capture_output=True)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
async def front_proxy(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FrontProxy]:
    if PROGRAMS[request.param] is None:
        pytest.skip(f"{request.param} is not installed: bin/test installs it where it may")
    folder, port, app_port = tmp_path_factory.mktemp(request.param), find_free_port(), find_free_port()
    database, now = folder / "aplus.sqlite", datetime.now(UTC)
    shutil.copyfile(sqlite_template, database)
    build_certificate(folder)
    async with open_engine(build_engine(f"sqlite:///{database}")):
        cast = await load_cast()
        case = await make_draft(cast.agent_lot, now, "CAF")
        await submit(cast.agent_lot, case, now)
        people = {"agent": cast.agent_lot, "referent": cast.referent_caf_lot}
        sessions = {
            login: await begin_session(person.id, remember=False, browser="", now=now)
            for login, person in people.items()
        }
    found = FrontProxy(request.param, port, app_port, database, sessions, f"/demandes/{case}")
    keys = ",".join(f"{key.id}:{base64.b64encode(key.secret).decode()}" for key in settings.encryption_keys)
    own = {"VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{database}", "PORT": str(app_port), "HOST": "127.0.0.1"}
    known = {
        "PUBLIC_URL": found.url,
        "TRUSTED_PROXY": "127.0.0.1",
        "SMTP_URL": "",
        "DEMO": "1",
        "XDG_DATA_HOME": str(folder),
    }
    secrets = {"SECRET_KEY": settings.secret_key.decode(), "ENCRYPTION_KEYS": keys}
    files = WRITE_FILES[request.param]
    alive = f"http://127.0.0.1:{app_port}/livez"
    with (
        run_process([sys.executable, "-m", "app", "serve"], lambda: get_directly(alive), **own, **known, **secrets),
        run_process(
            files(folder, port, app_port), lambda: socket.create_connection(("127.0.0.1", port)).close(), **known
        ),
    ):
        yield found


def find_form_token(page: httpx2.Response) -> str:
    found = re.search(r'name="jeton" value="(\w+)"', page.text)
    assert found, page.text[:300]
    return found[1]


def open_http_client(port: int) -> httpx2.Client:
    """A program of this machine, without TLS."""
    return httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10)
