"""Slow clients with many connections, before the proxies of deploy/: they are cut off while others are served."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from app.main import create_app
from app.routes.middleware import slow_bodies
from app.settings import ROOT
from app.tests.support.browser import BASE, Browser
from app.tests.support.postgres_cluster import find_free_port
from app.tests.support.proxy_servers import (
    SHORT_TIMEOUTS,
    WRITE_FILES,
    FrontProxy,
    build_nginx_command,
    find_program,
    run_process,
)

HOSTILE, OFFICE, HOME = "127.9.9.9", "127.6.6.6", "127.4.4.4"
PATIENCE = 5
"""Seconds allowed for an honest page, on a machine where other tests run."""
HEAD = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
WORDS = "\r\n\r\nTrop de pages s’ouvrent".encode()
_TRUSTING = ssl.create_default_context()
_TRUSTING.check_hostname, _TRUSTING.verify_mode = False, ssl.CERT_NONE
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(scope="module")
def hurried_proxy(front_proxy: FrontProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontProxy]:
    """A second proxy before the same server, with timeouts of a second."""
    folder, port = tmp_path_factory.mktemp("hurried"), find_free_port()
    for name in ("cert.pem", "key.pem"):
        shutil.copyfile(front_proxy.database.parent / name, folder / name)
    command = WRITE_FILES[front_proxy.name](folder, port, front_proxy.app_port, **SHORT_TIMEOUTS[front_proxy.name])
    with run_process(command, lambda: socket.create_connection(("127.0.0.1", port)).close(), XDG_DATA_HOME=str(folder)):
        yield replace(front_proxy, port=port)


async def connect(front: FrontProxy, of: str = HOSTILE) -> Streams:
    return await asyncio.open_connection(
        "127.0.0.1", front.port, ssl=_TRUSTING, server_hostname="localhost", local_addr=(of, 0)
    )


async def send_slowly(front: FrontProxy, first: bytes, *, every: float) -> float:
    """Seconds until the other side closes or answers, while a byte is sent now and then."""
    begun = time.monotonic()
    reader, writer = await connect(front)
    ended = asyncio.create_task(reader.read(100))
    with suppress(ConnectionError):
        writer.write(first)
        while not (await asyncio.wait([ended], timeout=every))[0]:
            writer.write(b"x")
            await writer.drain()
    writer.close()
    with suppress(ConnectionError):
        await ended
    return time.monotonic() - begun


async def serve_honestly(front: FrontProxy, until: asyncio.Event) -> list[float]:
    """The duration of each page, one after the other."""
    took: list[float] = []
    while not until.is_set():
        begun = time.monotonic()
        async with time_honest_request(front) as client:
            assert (await client.get("/login")).status_code == 200
        took.append(time.monotonic() - begun)
        await asyncio.sleep(0.1)
    return took


def time_honest_request(front: FrontProxy, of: str = OFFICE, cookie: str = "") -> httpx2.AsyncClient:
    transport = httpx2.AsyncHTTPTransport(verify=_TRUSTING, local_address=of)
    sent = {"cookie": f"__Host-aplus_session={cookie}"} if cookie else {}
    return httpx2.AsyncClient(base_url=f"https://localhost:{front.port}", transport=transport, headers=sent, timeout=10)


async def test_a_header_that_never_ends_is_cut_and_others_are_served(hurried_proxy: FrontProxy) -> None:
    done = asyncio.Event()
    served = asyncio.create_task(serve_honestly(hurried_proxy, done))
    drips = [send_slowly(hurried_proxy, b"GET /login HTTP/1.1\r\nHost: localhost\r\nX: ", every=0.3) for _ in range(40)]
    silent = [send_slowly(hurried_proxy, b"", every=5) for _ in range(10)]
    ended = await asyncio.wait_for(asyncio.gather(*drips, *silent), 8)
    done.set()
    assert max(ended) < 5 and max(await served) < PATIENCE


async def test_a_body_that_stops_is_cut_and_one_that_goes_on_is_not(hurried_proxy: FrontProxy) -> None:
    """nginx counts from one read to the next, so that the slowest upload passes. Caddy counts in all."""
    whole = b"adresse=" + b"a" * 42
    slow = asyncio.create_task(_send_slowly(hurried_proxy, whole, over=2.2))
    begun = HEAD + b"Content-Length: 50\r\n\r\nadresse="
    stopped = await asyncio.wait_for(send_slowly(hurried_proxy, begun, every=60), 8)
    assert 0.9 < stopped < 4.5
    assert (await slow).startswith(b"HTTP/1.1 403")  # whole, and refused by the application for its token


async def _send_slowly(front: FrontProxy, body: bytes, *, over: float) -> bytes:
    reader, writer = await connect(front, OFFICE)
    writer.write(HEAD + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
    for at in range(0, len(body), 10):
        writer.write(body[at : at + 10])
        await writer.drain()
        await asyncio.sleep(over * 10 / len(body))
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_stream_outlives_every_one_of_these_times(hurried_proxy: FrontProxy) -> None:
    """HTTP/1.1, where Go’s limit on the body’s time goes on."""
    reader, writer = await connect(hurried_proxy, OFFICE)
    session = f"Cookie: __Host-aplus_session={hurried_proxy.sessions['agent']}\r\n"
    writer.write(f"GET {hurried_proxy.case}/flux HTTP/1.1\r\nHost: localhost\r\n{session}\r\n".encode())
    heard = await asyncio.wait_for(reader.readuntil(b"data:\n\n"), 5)
    assert b" 200 " in heard
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readuntil(b"no such word"), 4)
    assert not reader.at_eof()
    writer.close()


async def test_a_stream_too_many_is_an_empty_429_and_pages_still_open(hurried_proxy: FrontProxy) -> None:
    """Like the application’s own refusal: the page then polls every 30 s."""
    if hurried_proxy.name != "nginx":
        pytest.skip("Caddy counts no client")
    async with time_honest_request(hurried_proxy, HOME, hurried_proxy.sessions["agent"]) as client:
        path = f"{hurried_proxy.case}/flux"
        async with client.stream("GET", path) as first, client.stream("GET", path) as second:
            assert first.status_code == second.status_code == 200
            third = await client.get(path)
            assert (third.status_code, third.content, third.headers["retry-after"]) == (429, b"", "60")
            assert (await client.get(hurried_proxy.case)).status_code == 200


async def test_of_300_requests_of_one_client_others_notice_nothing(front_proxy: FrontProxy) -> None:
    """Each begins a form and stops. nginx keeps 100 connections, Caddy all: deploy/nftables.conf limits them first."""
    lines = await asyncio.gather(*(connect(front_proxy) for _ in range(300)))
    for _, writer in lines:
        writer.write(HEAD + b"Content-Length: 50\r\n\r\nadresse=")
    async with time_honest_request(front_proxy) as client:
        begun = time.monotonic()
        assert (await client.get("/login")).status_code == 200
        took = time.monotonic() - begun
    answers = [asyncio.create_task(reader.read(2_000)) for reader, _ in lines]
    said, waiting = await asyncio.wait(answers, timeout=1.5)
    for task in waiting:
        task.cancel()
    for _, writer in lines:
        writer.close()
    refused = [task for task in said if task.result().startswith(b"HTTP/1.1 429") and WORDS in task.result()]
    assert (len(refused), len(waiting)) == ((200, 100) if front_proxy.name == "nginx" else (0, 300))
    assert took < PATIENCE


async def test_an_ipv6_client_is_its_64(front_proxy: FrontProxy, tmp_path: Path) -> None:
    if front_proxy.name != "nginx":
        pytest.skip("Caddy counts no client")
    port = find_free_port()
    maps = (ROOT / "deploy/nginx.conf").read_text().split("limit_conn_zone")[0]
    seen = f"listen 127.0.0.1:{port}; set_real_ip_from 127.0.0.1; real_ip_header X-Of"
    answer = 'location / { return 200 "$aplus_client|$aplus_stream"; }'
    site = f"{maps} server {{ {seen}; default_type text/plain; {answer} }}"

    with run_process(
        build_nginx_command(tmp_path, site), lambda: socket.create_connection(("127.0.0.1", port)).close()
    ):
        keys = {of: _key(port, of) for of in ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:9::1", "2001:db8:1:3:3:4:5:6")}
        assert keys["2001:db8:1:2:3:4:5:6"] == keys["2001:db8:1:2:9::1"] == b"2001:db8:1:2:|"
        assert keys["2001:db8:1:3:3:4:5:6"] == b"2001:db8:1:3:|"
        assert _key(port, "2001:db8::7") == b"2001:db8|" and _key(port, "203.0.113.7") == bytes([203, 0, 113, 7, 124])
        assert _key(port, "203.0.113.7", "/flux") == bytes([203, 0, 113, 7, 124, 203, 0, 113, 7])


def _key(port: int, of: str, path: str = "/") -> bytes:
    return httpx2.get(f"http://127.0.0.1:{port}{path}", headers={"X-Of": of}).content


_CONNECTIONS = """
import socket
def line(family, of=""):
    one = socket.socket(family)
    if of: one.bind((of, 0))
    one.settimeout(1)
    return one
def held(family, to, of=""):
    lines = [line(family, of) for _ in range(300)]
    return lines, sum(one.connect_ex((to, 443)) == 0 for one in lines)
servers = [socket.create_server((to, 443), family=family, backlog=999)
           for family, to in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))]
many, first = held(socket.AF_INET, "127.0.0.1", "127.9.9.9")
print(first, line(socket.AF_INET, "127.6.6.6").connect_ex(("127.0.0.1", 443)), held(socket.AF_INET6, "::1")[1])
"""
NFT = shutil.which("nft", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


@pytest.mark.skipif(not NFT or not shutil.which("ip"), reason="nftables is not installed: bin/test does where it may")
def test_the_kernel_counts_the_connections_of_a_client(tmp_path: Path) -> None:
    """In its own network namespace: 200 of 300 are accepted, of each address family, and another client is."""
    (tmp_path / "lines.py").write_text(_CONNECTIONS)
    steps = f"ip link set lo up && {NFT} -f {ROOT}/deploy/nftables.conf && {sys.executable} {tmp_path}/lines.py"
    alone = [find_program("unshare"), "-rn", find_program("sh"), "-c", steps]
    run = subprocess.run(alone, capture_output=True, text=True, timeout=30)
    if "unshare failed" in run.stderr or "Operation not permitted" in run.stderr:
        pytest.skip("this machine lets no account make a network")
    assert run.stdout.split() == ["200", "0", "200"], run.stderr


async def _trickle(pieces: int, every: float) -> AsyncIterator[bytes]:
    yield b"adresse="
    for _ in range(pieces):
        await asyncio.sleep(every)
        yield b"a"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Request-Type": "partial"}], ids=["page", "htmx"])
async def test_a_body_that_hardly_comes_is_408_and_its_connection_is_closed(
    database: str, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(slow_bodies, "GRACE_SECONDS", 0.1)
    sent = {
        "origin": BASE,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": "100",
        **headers,
    }
    async with Browser(create_app()) as browser:
        answer = await browser.http.post("/login", content=_trickle(20, 0.02), headers=sent)
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")
    assert "vos mots" in answer.text.lower()


async def test_a_weak_line_has_its_time(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the grace period, in proportion to the bytes received: 40 kB in 0.5 s, at a floor of 100 kB/s."""
    monkeypatch.setattr(slow_bodies, "GRACE_SECONDS", 0.2)
    monkeypatch.setattr(slow_bodies, "MIN_BYTES_PER_SECOND", 60_000)

    async def weak() -> AsyncIterator[bytes]:
        for _ in range(10):
            await asyncio.sleep(0.05)
            yield b"a" * 4_000

    sent = {"origin": BASE, "content-type": "application/x-www-form-urlencoded", "content-length": "40000"}
    async with Browser(create_app()) as browser:
        assert (await browser.http.post("/login", content=weak(), headers=sent)).status_code == 403
