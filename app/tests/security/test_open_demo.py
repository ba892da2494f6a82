"""The demonstration’s own pages are for this machine; a demonstration that others reach warns, or does not start.

Source: security.md, « un mandataire sur la même machine ».
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import httpx2
import pytest
import uvicorn
from litestar import Litestar

from app.main import create_app
from app.routes.middleware import allowed_hosts
from app.routes.middleware.client_address import PROXY_HEADER_PREFIXES, PROXY_HEADERS
from app.server import preflight
from app.server.preflight import DEMO_PUBLIC_WARNING, find_demo_errors
from app.server.serve import build_http_config
from app.settings import ROOT, Settings, is_loopback, settings
from app.templating import build_environment
from app.tests.support.browser import BASE
from app.tests.support.postgres_cluster import find_free_port

DEMO_PATHS = (
    "/demo/mails",
    "/demo/mails.json",
    "/demo/sms",
    "/demo/sms.json",
    "/galerie",
    "/galerie/mails",
    "/galerie/mails/login",
)
NAMED_HEADERS = (
    "proxy-client-ip",
    "wl-proxy-client-ip",
    "x-arr-ssl",
    "x-proxyuser-ip",
    "x-varnish",
    "x_forwarded_for",
    "x_real_ip",
    "wl_proxy_client_ip",
)
SUSPECT_HEADERS = sorted(
    {
        *NAMED_HEADERS,
        *PROXY_HEADERS,
        *(f"{family}x" for family in PROXY_HEADER_PREFIXES),
        "x-forwarded-for",
        "x-forwarded",
    }
)
_CHANGING = re.compile(r'(name="jeton" value=")[^"]*')


@asynccontextmanager
async def send_from_peer(
    application: Litestar, peer: str = "127.0.0.1", version: str = "1.1"
) -> AsyncIterator[httpx2.AsyncClient]:
    """As from this socket, in this version of HTTP: httpx2 itself always sends 1.1."""

    async def arriving(scope: dict[str, object], *rest: object) -> None:
        if scope["type"] == "http":
            scope = {**scope, "http_version": version, "client": (peer, 40000) if peer else None}
        await application(scope, *rest)  # type: ignore[arg-type]

    transport = httpx2.ASGITransport(arriving)  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        yield http


async def statuses(http: httpx2.AsyncClient, mark: str = "", value: str = "") -> set[int]:
    return {(await http.get(path, headers={mark: value} if mark else {})).status_code for path in DEMO_PATHS}


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
async def test_this_machine_has_them(application: Litestar, peer: str) -> None:
    async with send_from_peer(application, peer) as http:
        assert await statuses(http) == {200}


@pytest.mark.parametrize("peer", ["", "192.0.2.1", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.1", "/run/aplus.sock"])
async def test_another_machine_and_a_socket_without_address_have_not(application: Litestar, peer: str) -> None:
    async with send_from_peer(application, peer) as http:
        assert await statuses(http) == {404}


async def test_any_mark_of_a_proxy_makes_them_absent(application: Litestar) -> None:
    async with send_from_peer(application) as http:
        for mark in SUSPECT_HEADERS:
            for value in ("127.0.0.1", ""):
                assert await statuses(http, mark, value) == {404}, mark
        assert (await http.get("/demo/mails", headers=[("X-FORWARDED-FOR", "::1")])).status_code == 404


async def test_http_1_0_is_the_mark_of_a_bare_proxy(application: Litestar) -> None:
    async with send_from_peer(application, version="1.0") as http:
        assert await statuses(http) == {404} and (await http.get("/login")).status_code == 200


async def test_absent_is_the_very_page_of_what_is_absent(application: Litestar) -> None:
    async with send_from_peer(application, "192.0.2.1") as http:
        nowhere = await http.get("/nulle-part")
        for path in DEMO_PATHS:
            answer = await http.get(path)
            assert (answer.status_code, _CHANGING.sub("", answer.text)) == (404, _CHANGING.sub("", nowhere.text)), path
        sent, lost = [await http.post(path, headers={"origin": BASE}) for path in ("/demo/sms", "/nulle-part")]
        assert (sent.status_code, _CHANGING.sub("", sent.text)) == (405, _CHANGING.sub("", lost.text))
        assert sent.headers.get("allow") == lost.headers.get("allow")


async def test_the_methods_of_an_address_are_said_of_none(application: Litestar) -> None:
    async with send_from_peer(application, "192.0.2.1") as far, send_from_peer(application) as near:
        for http in (far, near):
            lost = await http.options("/nulle-part")
            assert (lost.status_code, lost.headers.get("allow")) == (405, None)
            for path in (*DEMO_PATHS, "/login"):
                answer = await http.options(path)
                assert (answer.status_code, answer.headers.get("allow")) == (405, None), path
                assert _CHANGING.sub("", answer.text) == _CHANGING.sub("", lost.text), path


async def test_the_banner_leads_to_the_mailbox_where_it_answers(application: Litestar) -> None:
    link = 'href="/demo/mails"'
    async with send_from_peer(application) as http:
        assert link in (await http.get("/login")).text
        through = (await http.get("/login", headers={"via": "1.1 proxy"})).text
        assert "Version de démonstration" in through and link not in through


@pytest.mark.parametrize("public", [False, True])
async def test_where_letters_leave_for_real_no_mailbox_is_there(
    public: bool, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = replace(settings, smtp_url="smtp://127.0.0.1:1", open_demo=public)
    for module in ("app.main", "app.routes.guards", "app.routes.handlers", "app.templating"):
        monkeypatch.setattr(f"{module}.settings", real)
    async with send_from_peer(create_app()) as http:
        for path in DEMO_PATHS:
            answer = await http.get(path)
            assert answer.status_code == (404 if path.startswith("/demo/mails") else 200), path
            assert "/demo/mails" not in answer.text, path
        assert "émonstration" in (await http.get("/login")).text


TARGETS = {
    "/login": 200,
    "http://localhost/login": 200,
    "HTTP://LocalHost:9/login": 200,
    "http://essai.exemple.fr/login": 400,
    "http://127.0.0.1/login": 400,
    "http://[::1]/login": 400,
    "http://localhost@essai.exemple.fr/demo/mails": 400,
}


async def test_a_target_that_names_another_host_is_refused_as_that_host(application: Litestar) -> None:
    config = build_http_config(application)
    config.port, config.lifespan = 0, "off"
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        for _ in range(1_000):
            if server.started:
                break
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        found = {target: await status_of(port, target) for target in TARGETS}
    finally:
        server.should_exit = True
        await serving
    assert found == TARGETS


async def status_of(port: int, target: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost:8000\r\nConnection: close\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    return int(line.split()[1])


async def test_other_names_are_strangers_unless_it_is_public(
    application: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = replace(settings, public_url="https://essai.exemple.fr", other_hosts=frozenset({"b.fr"}))
    for open_demo, expected in ((False, 400), (True, 200)):
        monkeypatch.setattr(allowed_hosts, "settings", replace(named, open_demo=open_demo))
        async with send_from_peer(application) as http:
            for host in ("essai.exemple.fr", "B.fr:443"):
                assert (await http.get("/login", headers={"host": host})).status_code == expected
            assert (await http.get("/login", headers={"host": "localhost:8000"})).status_code == 200


async def test_a_public_demonstration_shows_them_to_all_and_says_so_on_each_page(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = "Démonstration publique : chacun peut y entrer sous n’importe quel compte"
    assert build_environment().globals["public_demo"] is False
    for module in ("app.routes.guards", "app.routes.handlers", "app.templating"):
        monkeypatch.setattr(f"{module}.settings", replace(settings, open_demo=True))
    async with send_from_peer(create_app(), "192.0.2.1") as http:
        assert await statuses(http, "x-forwarded-for", "192.0.2.1") == {200}
        for path in ("/login", "/aide", "/demo/mails", "/galerie", "/nulle-part"):
            assert warning in (await http.get(path)).text, path


async def test_a_private_one_says_nothing_of_the_public(application: Litestar) -> None:
    async with send_from_peer(application) as http:
        page = (await http.get("/login")).text
    assert "Version de démonstration" in page and "publique" not in page


BEYOND: dict[str, dict[str, object]] = {
    "HOST": {"host": "0.0.0.0", "public_url": "http://127.0.0.1:8000"},  # noqa: S104
    "PUBLIC_URL": {"public_url": "https://essai.exemple.fr"},
    "OTHER_HOSTS": {"other_hosts": frozenset({"localhost", "essai.exemple.fr"})},
    "HOST, PUBLIC_URL": {"host": "0.0.0.0", "public_url": "https://essai.exemple.fr"},  # noqa: S104
}


@pytest.mark.parametrize(("name", "changed"), BEYOND.items(), ids=list(BEYOND))
def test_settings_that_name_another_machine_are_one_line(name: str, changed: dict[str, object]) -> None:
    asked = Settings(**{"host": "127.0.0.1", "public_url": "http://localhost:1", "demo": True, **changed})  # type: ignore[arg-type]
    (line,) = find_demo_errors(asked)
    assert line.startswith(f"{name} : ") and "DEMO=0" in line and "DEMO_PUBLIC=1" in line
    assert find_demo_errors(replace(asked, open_demo=True)) == find_demo_errors(replace(asked, demo=False)) == []


def test_the_names_of_this_machine() -> None:
    for name in ("localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"):
        assert is_loopback(name), name
    for name in ("", "0.0.0.0", "::", "localhost.exemple.fr", "127.0.0.1.exemple.fr", "essai.exemple.fr", "10.0.0.1"):  # noqa: S104
        assert not is_loopback(name), name


def run(command: str, folder: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    """`command`: a module and its arguments."""
    typed = [sys.executable, "-m", *command.split()]
    own = {"VAR_DIR": str(folder), "DATABASE_URL": "", "HOST": "", "PORT": str(find_free_port()), "DEMO": "", **changed}
    return subprocess.run(typed, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("command", ["app serve", "app seed", "bench.generate --cases 1 --people 60 --seed 1"])
def test_a_forgotten_demo_0_makes_nothing_and_serves_nothing(command: str, tmp_path: Path) -> None:
    tried = run(command, tmp_path, PUBLIC_URL="https://aplus.gouv.fr")
    assert (tried.returncode, tried.stdout) == (
        1,
        "",
    ) and tried.stderr == f"{preflight.DEMO_EXPOSED.format('PUBLIC_URL')}\n"
    assert not (tmp_path / "aplus.sqlite").exists()


def test_a_public_one_starts_and_says_it_aloud(sqlite_template: Path, tmp_path: Path) -> None:
    database, port = copyfile(sqlite_template, tmp_path / "aplus.sqlite"), find_free_port()
    own = {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{database}", "PORT": str(port), "HOST": ""}
    public = {"PUBLIC_URL": "https://essai.exemple.fr", "DEMO": "1", "DEMO_PUBLIC": "1", "SMTP_URL": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"],
        cwd=ROOT,
        env={**os.environ, **own, **public},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout and process.stderr and process.stderr.readline() == f"{DEMO_PUBLIC_WARNING}\n"
        assert "https://essai.exemple.fr/login" in process.stdout.readline()
        headers = {"host": "essai.exemple.fr", "x-forwarded-for": "192.0.2.1"}
        assert httpx2.get(f"http://127.0.0.1:{port}/demo/mails.json", headers=headers).status_code == 200
    finally:
        process.terminate()
        process.communicate(timeout=15)


def test_the_services_are_real_installations() -> None:
    services = sorted((ROOT / "deploy").glob("*.service"))
    assert len(services) == 2
    for service in services:
        (line,) = re.findall(r"^Environment=(.*)$", service.read_text(), re.MULTILINE)
        assert "DEMO=0" in line.split(), service.name
