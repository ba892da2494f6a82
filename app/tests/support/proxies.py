"""For tests: deploy/nginx.conf and deploy/Caddyfile before our server. Names, ports, certificates alone differ."""

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
from app.tests.support.cases_fixtures import draft
from app.tests.support.fixtures import opened
from app.tests.support.postgres_cluster import free_port
from db.engine import engine_for

NAME, UPSTREAM, CLIENT = "aplus.exemple.fr", "127.0.0.1:8000", "127.5.6.7"
FOUND = {name: shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("nginx", "caddy")}


def tool(name: str) -> str:
    return shutil.which(name) or name


def changed(text: str, **replaced: str) -> str:
    """The file as it is published, for this machine; what it does not hold any more fails."""
    for was, now in replaced.items():
        assert was in text, f"deploy/ has no « {was} » any more"
        text = text.replace(was, now)
    return text


def nginx_files(folder: Path, port: int, app_port: int, **hurried: str) -> list[str]:
    site = changed(
        (ROOT / "deploy/nginx.conf").read_text(),
        **{
            NAME: "localhost",
            UPSTREAM: f"127.0.0.1:{app_port}",
            "listen 443": f"listen 127.0.0.1:{port}",
            "listen 80": f"listen 127.0.0.1:{free_port()}",
            "/etc/ssl/aplus/fullchain.pem": f"{folder}/cert.pem",
            "/etc/ssl/aplus/privkey.pem": f"{folder}/key.pem",
            "/var/log/nginx/aplus.log": f"{folder}/access.log",
            "/var/log/nginx/aplus.error.log": f"{folder}/site.error.log",
            **hurried,
        },
    )
    (folder / "site.conf").write_text(site)
    return nginx_command(folder, f"include {folder}/site.conf;")


def nginx_command(folder: Path, sites: str) -> list[str]:
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in places)
    as_root = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{as_root} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temporary} {sites} }}"
    )
    return [str(FOUND["nginx"]), "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]


def caddy_files(folder: Path, port: int, app_port: int, **hurried: str) -> list[str]:
    site = changed(
        (ROOT / "deploy/Caddyfile").read_text(),
        **{
            f"{NAME} {{": f"https://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {folder}/cert.pem {folder}/key.pem",
            UPSTREAM: f"127.0.0.1:{app_port}",
            "admin off": "admin off\n\tauto_https disable_redirects",
            **hurried,
        },
    )
    return caddy_command(folder, site)


def caddy_command(folder: Path, sites: str) -> list[str]:
    (folder / "Caddyfile").write_text(sites)
    return [str(FOUND["caddy"]), "run", "--adapter", "caddyfile", "--config", f"{folder}/Caddyfile"]


FILES = {"nginx": nginx_files, "caddy": caddy_files}
HURRIED = {
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
class Front:
    """A proxy that runs, our server behind it, who is signed in there, and a case that both read."""

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
        """At another address than the proxy's, as everybody is."""
        cookies = {"__Host-aplus_session": self.sessions[login]} if login else {}
        transport = httpx2.HTTPTransport(verify=False, local_address=CLIENT)
        own = {"origin": self.url, **headers}
        return httpx2.Client(base_url=self.url, transport=transport, cookies=cookies, headers=own, timeout=10)

    def raw(self, *parts: bytes) -> bytes:
        """What comes back for these very bytes over TLS, to the end of the connection or two seconds of silence."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
            return exchange(context.wrap_socket(line, server_hostname="localhost"), *parts)

    def straight(self, *parts: bytes) -> bytes:
        """The same without the proxy."""
        with socket.create_connection(("127.0.0.1", self.app_port), timeout=2) as line:
            return exchange(line, *parts)


def exchange(line: socket.socket, *parts: bytes) -> bytes:
    answer = b""
    try:
        for part in parts:
            line.sendall(part)
        while piece := line.recv(65536):
            answer += piece
    except (TimeoutError, ConnectionError, ssl.SSLError):
        pass
    return answer


def ask(url: str) -> None:
    """Of our own server, by http. Raises OSError while it does not answer."""
    urllib.request.urlopen(url).close()  # nosec B310


@contextmanager
def running(command: list[str], answers: Callable[[], object], **environment: str) -> Iterator[None]:
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


def certificate(folder: Path) -> None:
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    files = ("-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem")
    subprocess.run([tool("openssl"), "req", "-x509", *kind, *name, *files], check=True, capture_output=True)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
async def front(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Front]:
    if FOUND[request.param] is None:
        pytest.skip(f"{request.param} is not installed: bin/test installs it where it may")
    folder, port, app_port = tmp_path_factory.mktemp(request.param), free_port(), free_port()
    database, now = folder / "aplus.sqlite", datetime.now(UTC)
    shutil.copyfile(sqlite_template, database)
    certificate(folder)
    async with opened(engine_for(f"sqlite:///{database}")):
        cast = await load_cast()
        case = await draft(cast.agent_lot, now, "CAF")
        await submit(cast.agent_lot, case, now)
        people = {"agent": cast.agent_lot, "referent": cast.referent_caf_lot}
        sessions = {
            login: await begin_session(person.id, remember=False, browser="", now=now)
            for login, person in people.items()
        }
    found = Front(request.param, port, app_port, database, sessions, f"/demandes/{case}")
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
    files = FILES[request.param]
    alive = f"http://127.0.0.1:{app_port}/livez"
    with (
        running([sys.executable, "-m", "app", "serve"], lambda: ask(alive), **own, **known, **secrets),
        running(files(folder, port, app_port), lambda: socket.create_connection(("127.0.0.1", port)).close(), **known),
    ):
        yield found


def token_of(page: httpx2.Response) -> str:
    found = re.search(r'name="jeton" value="(\w+)"', page.text)
    assert found, page.text[:300]
    return found[1]


def at(port: int) -> httpx2.Client:
    """A program of this machine, without TLS."""
    return httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10)
