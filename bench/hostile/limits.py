"""Attacks rate limits before and after login: attempts, messages, bytes, lines of the audit log. DEMO=0, https, a
proxy.

Each attempt of a stranger comes from its X-Forwarded-For address, as behind a proxy. During 150 simultaneous attempts
of one network, an honest login is timed from a known browser and from a new one.
"""

import asyncio
import base64
import json
import re
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx2

from app.tests.support.postgres_cluster import find_free_port
from bench.hostile.table import report
from bench.hostile_world import PASSWORD, World
from e2e.server import Server

HOSTILE, TRIES, MESSAGES, HEAVY = "198.51.100.66", 150, 60, 25 * 1024 * 1024
MOST_SECONDS, MOST_TIMES = 1.0, 5
"""Seconds of an honest login; on a busy machine, the factor over the same login alone."""
TOKEN = re.compile(r'name="jeton" value="([^"]+)"')


@contextmanager
def _installed() -> Iterator[tuple[Server, World]]:
    """Filled as a demonstration, then served as a real installation."""
    with tempfile.TemporaryDirectory(prefix="aplus-limits-") as passing:
        folder, port = Path(passing), find_free_port()
        kept = {
            "SECRET_KEY": secrets.token_hex(32),
            "ENCRYPTION_KEYS": f"bench:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        }
        demonstration = Server(folder, port, **kept)
        demonstration.run("seed")
        world: World = json.loads(demonstration.run_module("bench.hostile_world")[-1])
        real = {
            "DEMO": "0",
            "PUBLIC_URL": "https://aplus.exemple.fr",
            "SMTP_URL": "smtp://127.0.0.1:9",
            "MAIL_FROM": "a@aplus.gouv.fr",
        }
        server = Server(folder, port, **kept, **real, TRUSTED_PROXY="127.0.0.1/32")
        server.start()
        try:
            yield server, world
        finally:
            server.stop()


class Visitor:
    """A browser behind the proxy, at one address. Its cookies are set by hand, because they are for https."""

    def __init__(self, http: httpx2.AsyncClient, network: str, **cookies: str) -> None:
        self._http, self._cookies = http, {f"__Host-aplus_{name}": value for name, value in cookies.items()}
        self._headers = {"x-forwarded-for": network, "origin": str(http.base_url).rstrip("/")}
        self._token = ""

    def headers(self) -> dict[str, str]:
        return {**self._headers, "cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    async def look(self, path: str) -> None:
        answer = await self._http.get(path, headers=self.headers())
        for planted in answer.headers.get_list("set-cookie"):
            name, _, value = planted.partition(";")[0].partition("=")
            self._cookies[name] = value
        found = TOKEN.search(answer.text)
        assert found is not None, (path, answer.status_code)
        self._token = found[1]

    async def post(self, path: str, **fields: str) -> httpx2.Response:
        return await self._http.post(path, data={"jeton": self._token, **fields}, headers=self.headers())

    async def log_in(self, address: str, password: str) -> tuple[int, float]:
        """The status and the seconds."""
        begun = time.perf_counter()
        answer = await self.post("/login/mot-de-passe", adresse=address, **{"mot-de-passe": password})
        return answer.status_code, time.perf_counter() - begun


def attack() -> int:
    with _installed() as (server, world):
        return asyncio.run(_attacks(server, world))


async def _attacks(server: Server, world: World) -> int:
    limits = httpx2.Limits(max_connections=2 * TRIES)
    async with httpx2.AsyncClient(base_url=server.url, timeout=120, limits=limits) as http:
        return max(
            [
                report("honest logins beside 150 tries", await _flood(http, world)),
                report("lines of the trail by strangers", await _lines(http, server)),
                report("60 messages at once", await _messages(http, server, world)),
                report("25 MB for the case of another", await _heavy(http, server, world)),
            ]
        )


async def _flood(http: httpx2.AsyncClient, world: World) -> list[str]:
    familiar = Visitor(http, "203.0.113.7", connu=world["known_browser_cookie"])
    new = Visitor(http, "203.0.113.8")
    hostile = Visitor(http, HOSTILE)
    for one in (familiar, new, hostile):
        await one.look("/login/mot-de-passe")
    alone = await familiar.log_in(world["address"], PASSWORD)
    await familiar.look("/login/mot-de-passe")
    flood = [asyncio.create_task(hostile.log_in(f"a{n}@exemple.fr", "x")) for n in range(TRIES)]
    await asyncio.sleep(0.5)
    honest = [await familiar.log_in(world["address"], PASSWORD), await new.log_in(world["address"], PASSWORD)]
    tried = await asyncio.gather(*flood)
    refused = sum(status == 429 for status, _ in tried)
    times = f"familiar {honest[0][1]:.2f} s, new {honest[1][1]:.2f} s"
    print(f"  alone {alone[1]:.2f} s; {times}; {refused} of {TRIES} put off")
    most = max(MOST_SECONDS, MOST_TIMES * alone[1])
    return ["" if status == 303 and took < most else f"{status}, {took:.2f} s" for status, took in honest]


async def _lines(http: httpx2.AsyncClient, server: Server) -> list[str]:
    before = _asked(server, "SELECT count(*) FROM audit_log")
    visitor = Visitor(http, HOSTILE)
    await visitor.look("/login")
    for n in range(TRIES):
        await visitor.post("/login", adresse=f"b{n}@exemple.fr")
    added = _asked(server, "SELECT count(*) FROM audit_log") - before
    return [f"a line, {n + 1}" for n in range(added)] or [""] * TRIES


async def _messages(http: httpx2.AsyncClient, server: Server, world: World) -> list[str]:
    agent = Visitor(http, "203.0.113.7", session=world["agent"])
    await agent.look(f"/demandes/{world['case']}")
    path = f"/demandes/{world['case']}/messages"
    sent = await asyncio.gather(*(agent.post(path, cle=str(uuid4()), message=f"n {n}") for n in range(MESSAGES)))
    written = _asked(server, "SELECT count(*) FROM message")
    print(f"  {written} written, {sum(answer.status_code == 429 for answer in sent)} refused")
    return ["" if n < 31 else "a message past the limit" for n in range(written)]


async def _heavy(http: httpx2.AsyncClient, server: Server, world: World) -> list[str]:
    stranger, before = Visitor(http, HOSTILE, session=world["stranger"]), server.read_memory()
    begun = time.perf_counter()
    answer = await http.post(
        f"/demandes/{world['case']}/messages",
        data={"message": "des mots"},
        files={"pieces": ("a.pdf", b"x" * HEAVY)},
        headers=stranger.headers(),
    )
    more = (server.read_memory() - before) / 1024
    print(f"  {answer.status_code} in {time.perf_counter() - begun:.2f} s, {more:.1f} MiB more in memory")
    return ["" if answer.status_code == 404 and more < 5 else f"{answer.status_code}, {more:.1f} MiB"]


def _asked(server: Server, question: str) -> int:
    with sqlite3.connect(server.folder / "aplus.sqlite") as base:
        return int(base.execute(question).fetchone()[0])
