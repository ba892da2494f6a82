"""bin/bench faults [kills]: thirty-two people write while everything breaks; nothing they were told is lost.

A line for each trouble. It exits 1 when one could not be tried, when something acknowledged is missing or there twice,
when a letter never came, or when letters came again more often than the server was killed.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.tests.support.postgres_cluster import OwnCluster, free_port, own_cluster
from bench import troubles
from bench.sink import Sink
from bench.verdict import Verdict, judge
from bench.writers import Journal, crew
from e2e.server import Server

KILLS, DATABASE_RESTARTS = 200, 20
_HEAD = "trouble                        times  acknowledged  lost  twice  files  lost  letters  lost  again  longest, s"


def break_everything() -> int:
    times = int(sys.argv[2]) if len(sys.argv) > 2 else KILLS
    print(_HEAD)
    with tempfile.TemporaryDirectory(prefix="aplus-faults-") as passing:
        return max(int(not held) for held in _scenes(Path(passing), times))


def _scenes(folder: Path, times: int) -> Iterator[bool]:
    yield _on_sqlite(folder / "kills", "SIGKILL, SQLite", troubles.kills(times), again=times)
    yield _on_sqlite(folder / "restarts", "restarts, SQLite", troubles.restarts(10))
    yield _on_sqlite(folder / "locked", "SQLite locked 10 s", troubles.locked_file)
    yield _on_sqlite(folder / "post", "SMTP down, slow, refusing", troubles.post_office)
    yield _on_a_small_disk(folder / "small")
    some = max(2, times // 4)
    with own_cluster("max_connections=60") as cluster:
        yield _on_postgres(folder / "kills-pg", cluster, "SIGKILL, PostgreSQL", troubles.kills(some), again=some)
        restarted = troubles.database_restarts(cluster, DATABASE_RESTARTS)
        yield _on_postgres(folder / "cut-pg", cluster, "PostgreSQL restarted", restarted, again=DATABASE_RESTARTS)


def _on_sqlite(folder: Path, name: str, trouble: troubles.Trouble, again: int = 0) -> bool:
    return _scene(folder, name, trouble, f"sqlite:///{folder / 'aplus.sqlite'}", again)


def _on_postgres(folder: Path, cluster: OwnCluster, name: str, trouble: troubles.Trouble, again: int) -> bool:
    return _scene(folder, name, trouble, cluster.create_database(folder.name), again)


def _on_a_small_disk(folder: Path) -> bool:
    if not troubles.small_disk(folder, 40):
        print("full disk: not tried, a small disk cannot be mounted here")
        return False
    try:
        return _on_sqlite(folder, "full disk", troubles.full_disk, again=1)
    finally:
        troubles.unmount(folder)


def _scene(folder: Path, name: str, trouble: troubles.Trouble, url: str, again: int) -> bool:
    """`again`: how many letters may have come a second time, one for each kill in the middle of a sending."""
    with _server(folder, url) as (server, sink):
        times, verdict = asyncio.run(_under_fire(server, sink, url, trouble))
    _print(name, times, verdict)
    return verdict.holds and verdict.letters_again <= again


@contextmanager
def _server(folder: Path, url: str) -> Iterator[tuple[Server, Sink]]:
    folder.mkdir(exist_ok=True)
    sink = Sink()
    server = Server(folder, free_port(), DATABASE_URL=url, SMTP_URL=sink.url)
    with ExitStack() as stack:
        sink.open()
        stack.callback(sink.close)
        server.run("seed")
        server.start()
        stack.callback(server.stop)
        yield server, sink


async def _under_fire(server: Server, sink: Sink, url: str, trouble: troubles.Trouble) -> tuple[int, Verdict]:
    journal, over = Journal(), asyncio.Event()
    writers = await asyncio.to_thread(crew, server, journal)
    writing = [asyncio.create_task(writer.write(over)) for writer in writers]
    try:
        times = await trouble(server, sink)
    finally:
        over.set()
        await asyncio.gather(*writing)
    return times, await judge(url, writers[0], journal, sink)


def _print(name: str, times: int, told: Verdict) -> None:
    figures = (told.acknowledged, told.lost, told.twice, told.files, told.files_lost, told.letters, told.letters_lost)
    columns = zip((14, 6, 7, 7, 6, 9, 6), figures, strict=True)
    counts = "".join(f"{figure:>{width},}" for width, figure in columns)
    print(f"{name:<30}{times:>6}{counts}{told.letters_again:>7}{told.longest:>12.1f}", flush=True)
    if told.unclear:
        print(f"  {told.unclear} answers were refusals, or no page of ours")
