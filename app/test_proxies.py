"""deploy/nginx.conf and deploy/Caddyfile, run for real before our server: names, ports, certificates alone differ."""

from __future__ import annotations

import asyncio
import base64
import http.client
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

import httpx
import pytest

from app.cast import load_cast
from app.conftest import opened
from app.domain.cases.conftest import draft
from app.domain.cases.submission import submit
from app.domain.login.sessions import begin_session
from app.routes.cases.uploads import WITH_FILES
from app.routes.forms import PLAIN
from app.settings import ROOT, settings
from db.engine import engine_for
from db.private_cluster import free_port

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


def nginx_files(folder: Path, port: int, app_port: int) -> list[str]:
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


def caddy_files(folder: Path, port: int, app_port: int) -> list[str]:
    site = changed(
        (ROOT / "deploy/Caddyfile").read_text(),
        **{
            f"{NAME} {{": f"https://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {folder}/cert.pem {folder}/key.pem",
            UPSTREAM: f"127.0.0.1:{app_port}",
            "admin off": "admin off\n\tauto_https disable_redirects",
        },
    )
    return caddy_command(folder, site)


def caddy_command(folder: Path, sites: str) -> list[str]:
    (folder / "Caddyfile").write_text(sites)
    return [str(FOUND["caddy"]), "run", "--adapter", "caddyfile", "--config", f"{folder}/Caddyfile"]


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

    def browser(self, login: str = "", **headers: str) -> httpx.Client:
        """At another address than the proxy's, as everybody is."""
        cookies = {"__Host-aplus_session": self.sessions[login]} if login else {}
        transport = httpx.HTTPTransport(verify=False, local_address=CLIENT)
        own = {"origin": self.url, **headers}
        return httpx.Client(base_url=self.url, transport=transport, cookies=cookies, headers=own, timeout=10)

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
    told = {
        "PUBLIC_URL": found.url,
        "TRUSTED_PROXY": "127.0.0.1",
        "SMTP_URL": "",
        "DEMO": "1",
        "XDG_DATA_HOME": str(folder),
    }
    secrets = {"SECRET_KEY": settings.secret_key.decode(), "ENCRYPTION_KEYS": keys}
    files = {"nginx": nginx_files, "caddy": caddy_files}[request.param]
    alive = f"http://127.0.0.1:{app_port}/livez"
    with (
        running(
            [sys.executable, "-m", "app", "serve"], lambda: urllib.request.urlopen(alive), **own, **told, **secrets
        ),
        running(files(folder, port, app_port), lambda: socket.create_connection(("127.0.0.1", port)).close(), **told),
    ):
        yield found


def token_of(page: httpx.Response) -> str:
    found = re.search(r'name="jeton" value="(\w+)"', page.text)
    assert found, page.text[:300]
    return found[1]


OF_THE_DEMONSTRATION = ("/demo/courrier", "/demo/courrier.json", "/demo/sms", "/demo/sms.json", "/galerie")


def at(port: int) -> httpx.Client:
    """A program of this machine, without TLS."""
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10)


async def test_the_pages_of_the_demonstration_are_absent_through_it_and_there_without(front: Front) -> None:
    """Otherwise those who come by the proxy read the administrator's login link."""
    with front.browser() as browser, at(front.app_port) as here:
        for path in OF_THE_DEMONSTRATION:
            assert (browser.get(path).status_code, here.get(path).status_code) == (404, 200), path


async def test_they_are_absent_through_a_proxy_without_our_settings(front: Front, tmp_path: Path) -> None:
    """A name of this machine's as Host; nginx adds no header either, and is known by its HTTP/1.0."""
    port, upstream = free_port(), f"127.0.0.1:{front.app_port}"
    if front.name == "nginx":
        site = f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{upstream}; }} }}"
        command = nginx_command(tmp_path, site)
    else:
        site = f"{{\n\tadmin off\n}}\nhttp://127.0.0.1:{port} {{\n\tbind 127.0.0.1\n\treverse_proxy {upstream}\n}}\n"
        command = caddy_command(tmp_path, site)
    alone = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with running(command, lambda: socket.create_connection(("127.0.0.1", port)).close(), **alone), at(port) as through:
        assert through.get("/login").status_code == 200
        assert {through.get(path).status_code for path in OF_THE_DEMONSTRATION} == {404}


async def test_https_gives_host_cookies_and_hsts_and_names_no_software(front: Front) -> None:
    with front.browser() as browser:
        page = browser.get("/login")
    assert page.status_code == 200 and "max-age=31536000" in page.headers["strict-transport-security"]
    (cookie,) = page.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-aplus_navigateur=") and "secure" in cookie.lower() and "path=/;" in cookie.lower()
    assert page.headers.get("server", "") in {"", "nginx"} and "via" not in page.headers
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_clients_address_is_the_one_that_the_proxy_saw(front: Front) -> None:
    """Whatever the client says of itself."""
    lies = {"x-forwarded-for": "203.0.113.7, 127.0.0.1", "forwarded": "for=203.0.113.7", "x-real-ip": "203.0.113.7"}
    with front.browser(**lies, **{"x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}) as browser:
        form = {"jeton": token_of(browser.get("/login")), "adresse": "agent.lot@exemple.fr"}
        answer = browser.post("/login", data=form)
        assert answer.status_code == 303 and "evil" not in str(answer.headers)
    with sqlite3.connect(f"file:{front.database}?mode=ro", uri=True) as database:
        told = database.execute("SELECT action, network FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert told == ("login.asked", "127.5.6.0/24")


async def test_a_stream_passes_unbuffered(front: Front) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    line = http.client.HTTPSConnection("localhost", front.port, context=context, timeout=5)
    with front.browser("referent") as referent:
        form = {"jeton": token_of(referent.get(front.case)), "message": "Je regarde.", "cle": "une"}
        line.request("GET", f"{front.case}/flux", headers={"Cookie": f"__Host-aplus_session={front.sessions['agent']}"})
        stream = line.getresponse()
        assert stream.status == 200 and stream.headers["content-type"].startswith("text/event-stream")
        until(stream, b"\n")
        begun = time.monotonic()
        assert referent.post(f"{front.case}/messages", data=form).status_code == 303
        until(stream, b"Je regarde.")
    assert time.monotonic() - begun < 1
    line.close()


def until(stream: http.client.HTTPResponse, word: bytes) -> None:
    read = b""
    while word not in read:
        read += stream.read1(65536)


async def test_a_body_larger_than_any_of_ours_is_refused(front: Front) -> None:
    """nginx says so before it has come. Caddy passes an answer on once the body has been sent: ours is 413."""
    head = f"POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: {front.url}\r\nContent-Length: %d\r\n\r\n"
    if front.name == "nginx":
        assert front.raw((head % (WITH_FILES * 2)).encode()).startswith(b"HTTP/1.1 413")
    assert front.raw((head % (PLAIN + 1)).encode(), bytes(PLAIN + 1)).startswith(b"HTTP/1.1 413")


async def test_what_is_being_sent_is_written_on_no_disk(front: Front) -> None:
    """It would lie there in clear. Caddy never does."""
    size = 3_000_000
    told = {"Host": "localhost", "Origin": front.url, "Content-Type": "multipart/form-data; boundary=b"}
    told |= {"Cookie": f"__Host-aplus_session={front.sessions['agent']}", "Content-Length": str(size)}
    head = f"POST {front.case}/messages HTTP/1.1\r\n" + "".join(f"{name}: {said}\r\n" for name, said in told.items())
    part = b'--b\r\nContent-Disposition: form-data; name="fichiers"; filename="a.txt"\r\n\r\n'
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", front.port), timeout=2) as line:
        secured = context.wrap_socket(line, server_hostname="localhost")
        secured.sendall(head.encode() + b"\r\n" + part + b"x" * (size // 2))
        await asyncio.sleep(0.5)
        assert [path for path in opened_by_nginx(front.database.parent) if "/client_body" in path] == []


def opened_by_nginx(folder: Path) -> list[str]:
    """By its path in /proc: it gives such a file no name for long. Nothing for Caddy."""
    if not (folder / "pid").exists():
        return []
    parent = (folder / "pid").read_text().strip()
    workers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    found = [os.readlink(one) for pid in workers for one in Path(f"/proc/{pid}/fd").iterdir()]
    assert any("socket:" in path for path in found)
    return found


async def test_only_our_name_is_answered_to_however_it_is_written(front: Front) -> None:
    for name, expected in (("LOCALHOST", {200}), (f"LocalHost:{front.port}", {200}), ("evil.example", {400, 404, 421})):
        answer = front.raw(f"GET /login HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        assert int(answer[9:12]) in expected, answer[:200]
        assert b"evil" not in answer


CHUNKED, HIDDEN = b"0\r\n\r\n", b"GET /hidden HTTP/1.1\r\nHost: localhost\r\nX: "
SMUGGLED = {
    "CL.TE": b"Content-Length: %d\r\nTransfer-Encoding: chunked" % len(CHUNKED + HIDDEN),
    "TE.CL": b"Transfer-Encoding: chunked\r\nContent-Length: 4",
    "TE.TE": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    "CL.CL": b"Content-Length: 5\r\nContent-Length: 6",
    "spaced": b"Content-Length : 5",
    "obscured": b"Transfer-Encoding: xchunked",
}


@pytest.mark.parametrize("told", SMUGGLED.values(), ids=list(SMUGGLED))
async def test_no_request_hides_in_another(front: Front, told: bytes) -> None:
    """400 straight from our server and through nginx. Caddy drops a length beside chunks, and frames it anew for us."""
    request = b"POST /login HTTP/1.1\r\nHost: localhost\r\n" + told + b"\r\n\r\n" + CHUNKED + HIDDEN
    ours, through = front.straight(request), front.raw(request)
    assert ours.startswith(b"HTTP/1.1 400") and ours.count(b"HTTP/1.1") == 1
    if front.name == "nginx":
        assert through[9:12] in {b"400", b"501"} and through.count(b"HTTP/1.1") == 1, through[:300]
    else:
        assert through[9:12] in {b"400", b"413", b"501"}, through[:300]


async def test_what_is_unreadable_is_refused_and_harms_nobody(front: Front) -> None:
    for request in (
        b"\x00\x01\x02\r\n\r\n",
        b"GET /\x7f HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ):
        assert front.raw(request)[9:10] in {b"4", b"5", b""}
    with front.browser() as browser:
        assert browser.get("/login").status_code == 200


def test_the_limit_of_the_proxies_is_that_of_the_application() -> None:
    most = ceil(WITH_FILES / 1024 / 1024)
    assert f"client_max_body_size {most}m;" in (ROOT / "deploy/nginx.conf").read_text()
    assert f"max_size {most}MiB" in (ROOT / "deploy/Caddyfile").read_text()


def test_no_address_and_no_path_is_written_down() -> None:
    (form,) = re.findall(r"log_format aplus '([^']+)'", (ROOT / "deploy/nginx.conf").read_text())
    assert not {"$remote_addr", "$request", "$request_uri", "$uri", "$http_referer", "$args"}.intersection(form.split())
    assert "\tlog" not in (ROOT / "deploy/Caddyfile").read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_units_are_sound_and_closed(tmp_path: Path) -> None:
    for unit in sorted((ROOT / "deploy").glob("aplus*.*")):
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/aplus/.venv/bin/python", sys.executable))
    units = [str(path) for path in tmp_path.iterdir()]
    checked = subprocess.run([tool("systemd-analyze"), "verify", *units], capture_output=True, text=True)
    assert checked.returncode == 0 and not checked.stderr, checked.stderr
    services = [unit for unit in units if unit.endswith(".service")]
    limit = ("--offline=true", "--threshold=20")  # 2.0 of 10
    told = subprocess.run([tool("systemd-analyze"), "security", *limit, *services], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout[-500:]
