"""bin/bench memory [streams]: a process’s start-up time, and its memory when idle, after many pages, and with streams.

It exits 1 when the median of five starts takes more than 1.5 s, when a stream is closed, or when one post in twenty
takes 200 ms or more with all streams open.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

from app.tests.support.postgres_cluster import find_free_port
from bench.load import MAX_SECONDS, PostTimes, build_cookies, open_forms, post_regularly, prepare_writers
from bench.offices import SeatInfo
from bench.streams import OpenStreams
from e2e.server import Server

STREAMS, STARTS, PAGES, WRITES, SECONDS = 5_000, 5, 2_000, 20, 20
_SOON = 1.5


def measure_memory() -> int:
    number = int(sys.argv[2]) if len(sys.argv) > 2 else STREAMS
    with tempfile.TemporaryDirectory(prefix="aplus-memory-") as passing:
        server = Server(Path(passing), find_free_port(), MOST_STREAMS=str(number))
        server.run("seed")
        sessions = prepare_writers(server)
        start = statistics.median(_start(server) for _ in range(STARTS))
        print(f"start     {start:.2f} s to the first page, middle of {STARTS}")
        server.start()
        try:
            late = asyncio.run(_filled(server, sessions, number))
        finally:
            server.stop()
    return int(start > _SOON or late)


def _start(server: Server) -> float:
    began = time.monotonic()
    server.start()
    took = time.monotonic() - began
    server.stop()
    return took


async def _filled(server: Server, sessions: dict[str, list[SeatInfo]], number: int) -> bool:
    streams, posts, reading = OpenStreams(server.port), PostTimes(), []
    async with httpx2.AsyncClient(base_url=server.url, timeout=60, limits=httpx2.Limits(max_connections=20)) as http:
        await asyncio.sleep(2)
        _read_memory(server, "idle")
        await open_forms(http, sessions["writers"])
        await _read_pages(http, sessions["readers"])
        held = _read_memory(server, f"after {PAGES:,} pages")
        for thousand in range(1_000, number + 1, 1_000):
            reading += await streams.open(sessions["readers"], 1_000, before=thousand - 1_000)
            await asyncio.sleep(2)
            _read_memory(server, f"{thousand:,} streams", lambda now, n=thousand: f", {(now - held) / n:.0f} KiB each")  # type: ignore[misc]
        before, began = server.read_cpu_seconds(), time.monotonic()
        await post_regularly(http, sessions["writers"], posts, WRITES, SECONDS)
        working = (server.read_cpu_seconds() - before) / (time.monotonic() - began)
        _read_memory(server, f"after {len(posts.times):,} posts")
    times = ", ".join(f"p{percent} {posts.at(percent):.0f} ms" for percent in (50, 95, 99))
    print(
        f"posts     {times}, failed {len(posts.failed)}, {working:.0%} of a core; "
        f"streams let go {streams.ended_by_server}"
    )
    for one in reading:
        one.cancel()
    return bool(posts.failed) or streams.ended_by_server > 0 or posts.at(95) >= MAX_SECONDS * 1000


async def _read_pages(http: httpx2.AsyncClient, seats: list[SeatInfo]) -> None:
    """Reads lists and cases alternately, a few at once."""
    for turn in range(0, PAGES, 10):
        some = [seats[(turn + at) % len(seats)] for at in range(10)]
        asked = [
            http.get(f"/demandes/{one['case']}" if at % 2 else "/demandes", headers=build_cookies(one))
            for at, one in enumerate(some)
        ]
        assert all(answer.status_code == 200 for answer in await asyncio.gather(*asked))


def _read_memory(server: Server, what: str, more: Callable[[int], str] = lambda _: "") -> int:
    now = server.read_memory()
    print(f"memory    {now / 1024:.0f} MiB {what}{more(now)}", flush=True)
    return now
