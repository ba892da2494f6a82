"""bin/bench load [streams] [writes a second] [seconds]: open pages and writers, on one process and SQLite.

The server is another process. This one holds the streams and writes at a fixed rate. It exits 1 when a post fails, when
a stream is closed, or when one post in twenty takes 200 ms or more.
"""

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx2

from app.tests.support.postgres_cluster import find_free_port
from bench.offices import SeatInfo
from bench.streams import OpenStreams
from bench.writers import TOKEN
from e2e.server import Server

STREAMS, WRITES, SECONDS = 1_000, 20, 60
MAX_SECONDS = 0.2


@dataclass
class PostTimes:
    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def at(self, percent: int) -> float:
        """Milliseconds."""
        return statistics.quantiles(self.times, n=100)[percent - 1] * 1000


def hold_load() -> int:
    given = [int(one) for one in sys.argv[2:5]]
    streams, writes, seconds = [*given, *(STREAMS, WRITES, SECONDS)[len(given) :]]
    with tempfile.TemporaryDirectory(prefix="aplus-load-") as passing:
        folder = Path(passing)
        server = Server(folder, find_free_port())
        server.run("seed")
        seats = prepare_writers(server)
        server.start()
        try:
            return asyncio.run(_under_load(server, seats, streams, writes, seconds))
        finally:
            server.stop()


def prepare_writers(server: Server) -> dict[str, list[SeatInfo]]:
    seats: dict[str, list[SeatInfo]] = json.loads(server.run_module("bench.offices")[-1])
    return seats


async def _under_load(server: Server, seats: dict[str, list[SeatInfo]], number: int, writes: int, seconds: int) -> int:
    async with httpx2.AsyncClient(base_url=server.url, timeout=30, limits=httpx2.Limits(max_connections=60)) as http:
        await open_forms(http, seats["writers"])
        idle = server.read_memory()
        streams, posts = OpenStreams(server.port), PostTimes()
        reading = await streams.open(seats["readers"], number)
        await asyncio.sleep(2)
        held = server.read_memory()
        before = server.read_cpu_seconds()
        await asyncio.sleep(10)
        resting = (server.read_cpu_seconds() - before) / 10
        before = server.read_cpu_seconds()
        await post_regularly(http, seats["writers"], posts, writes, seconds)
        working = (server.read_cpu_seconds() - before) / seconds
        ended = streams.ended_by_server
        for one in reading:
            one.cancel()
    print(f"{number:,} open streams, {writes} posts a second for {seconds} s: {len(posts.times):,} posts")
    times = ", ".join(f"p{percent} {posts.at(percent):.0f} ms" for percent in (50, 95, 99))
    print(f"posts     {times}, failed {len(posts.failed)}")
    print(f"streams   {streams.events:,} events brought, {ended} let go by the server")
    each = f"{(held - idle) / number:.0f} KiB each"
    print(f"memory    {idle / 1024:.0f} MiB before, {held / 1024:.0f} MiB with the streams: {each}")
    print(f"processor {resting:.0%} of a core idle with the streams open, {working:.0%} under load")
    for told_why in posts.failed[:10]:
        print(f"  {told_why}")
    return int(bool(posts.failed) or ended > 0 or posts.at(95) >= MAX_SECONDS * 1000)


async def open_forms(http: httpx2.AsyncClient, writers: list[SeatInfo]) -> None:
    """Every writer opens their page before the posts begin."""
    for seat in writers:
        found = TOKEN.search((await http.get(f"/demandes/{seat['case']}", headers=build_cookies(seat))).text)
        seat["token"] = found[1] if found else ""


def build_cookies(seat: SeatInfo) -> dict[str, str]:
    return {"cookie": f"{seat['cookie']}={seat['session']}"}


async def post_regularly(
    http: httpx2.AsyncClient, writers: list[SeatInfo], posts: PostTimes, writes: int, seconds: int
) -> None:
    """Posts at a fixed rate, so that a slow server is not relieved."""
    draw = random.Random(1)  # noqa: S311
    start, under_way = time.monotonic(), []
    for turn in range(writes * seconds):
        await asyncio.sleep(max(0.0, start + turn / writes - time.monotonic()))
        under_way.append(asyncio.create_task(_post(http, draw.choice(writers), posts)))
    await asyncio.gather(*under_way)


async def _post(http: httpx2.AsyncClient, seat: SeatInfo, posts: PostTimes) -> None:
    fields = {"jeton": seat["token"], "cle": str(uuid4()), "message": "Une ligne de plus."}
    headers = {**build_cookies(seat), "origin": str(http.base_url).rstrip("/")}
    began = time.perf_counter()
    try:
        answer = await http.post(f"/demandes/{seat['case']}/messages", data=fields, headers=headers)
    except httpx2.HTTPError as cut:
        posts.failed.append(type(cut).__name__)
        return
    posts.times.append(time.perf_counter() - began)
    if answer.status_code != 303:
        posts.failed.append(f"{answer.status_code} {answer.text[:200]}")
