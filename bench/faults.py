"""bin/bench faults [kills]: thirty-two people write while failures happen; no acknowledged write may be lost.

It prints a line for each failure. It exits 1 when a failure could not be tried, when an acknowledged write is missing
or doubled, when an email is missing, or when more emails were repeated than the server was killed.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.tests.support.postgres_cluster import OwnCluster, find_free_port, run_own_cluster
from bench import troubles
from bench.sink import SmtpSink
from bench.verdict import LossReport, check_losses
from bench.writers import AcknowledgedWrites, prepare_crew
from e2e.server import Server

KILLS, DATABASE_RESTARTS = 200, 20
_HEAD = "trouble                        times  acknowledged  lost  twice  files  lost  letters  lost  again  longest, s"


def run_faults() -> int:
    times = int(sys.argv[2]) if len(sys.argv) > 2 else KILLS
    print(_HEAD)
    with tempfile.TemporaryDirectory(prefix="aplus-faults-") as passing:
        return max(int(not held) for held in _scenes(Path(passing), times))


def _scenes(folder: Path, times: int) -> Iterator[bool]:
    yield _on_sqlite(folder / "kills", "SIGKILL, SQLite", troubles.kill_repeatedly(times), again=times)
    yield _on_sqlite(folder / "restarts", "restarts, SQLite", troubles.restart_repeatedly(10))
    yield _on_sqlite(folder / "locked", "SQLite locked 10 s", troubles.lock_file)
    yield _on_sqlite(folder / "post", "SMTP down, slow, refusing", troubles.fail_smtp)
    yield _on_a_small_disk(folder / "small")
    some = max(2, times // 4)
    with run_own_cluster("max_connections=60") as cluster:
        yield _on_postgres(
            folder / "kills-pg", cluster, "SIGKILL, PostgreSQL", troubles.kill_repeatedly(some), again=some
        )
        restarted = troubles.restart_database(cluster, DATABASE_RESTARTS)
        yield _on_postgres(folder / "cut-pg", cluster, "PostgreSQL restarted", restarted, again=DATABASE_RESTARTS)


def _on_sqlite(folder: Path, name: str, trouble: troubles.Failure, again: int = 0) -> bool:
    return _scene(folder, name, trouble, f"sqlite:///{folder / 'aplus.sqlite'}", again)


def _on_postgres(folder: Path, cluster: OwnCluster, name: str, trouble: troubles.Failure, again: int) -> bool:
    return _scene(folder, name, trouble, cluster.create_database(folder.name), again)


def _on_a_small_disk(folder: Path) -> bool:
    if not troubles.mount_small_disk(folder, 40):
        print("full disk: not tried, a small disk cannot be mounted here")
        return False
    try:
        return _on_sqlite(folder, "full disk", troubles.fill_disk, again=1)
    finally:
        troubles.unmount(folder)


def _scene(folder: Path, name: str, trouble: troubles.Failure, url: str, again: int) -> bool:
    """`again`: how many emails may be repeated, one for each kill during a sending."""
    with _server(folder, url) as (server, sink):
        times, verdict = asyncio.run(_under_fire(server, sink, url, trouble))
    _print(name, times, verdict)
    return verdict.is_lossless and verdict.emails_repeated <= again


@contextmanager
def _server(folder: Path, url: str) -> Iterator[tuple[Server, SmtpSink]]:
    folder.mkdir(exist_ok=True)
    sink = SmtpSink()
    server = Server(folder, find_free_port(), DATABASE_URL=url, SMTP_URL=sink.url)
    with ExitStack() as stack:
        sink.open()
        stack.callback(sink.close)
        server.run("seed")
        server.start()
        stack.callback(server.stop)
        yield server, sink


async def _under_fire(server: Server, sink: SmtpSink, url: str, trouble: troubles.Failure) -> tuple[int, LossReport]:
    journal, over = AcknowledgedWrites(), asyncio.Event()
    writers = await asyncio.to_thread(prepare_crew, server, journal)
    writing = [asyncio.create_task(writer.write(over)) for writer in writers]
    try:
        times = await trouble(server, sink)
    finally:
        over.set()
        await asyncio.gather(*writing)
    return times, await check_losses(url, writers[0], journal, sink)


def _print(name: str, times: int, report: LossReport) -> None:
    figures = (
        report.acknowledged,
        report.lost,
        report.duplicated,
        report.files,
        report.files_lost,
        report.emails,
        report.emails_lost,
    )
    columns = zip((14, 6, 7, 7, 6, 9, 6), figures, strict=True)
    counts = "".join(f"{figure:>{width},}" for width, figure in columns)
    print(f"{name:<30}{times:>6}{counts}{report.emails_repeated:>7}{report.longest:>12.1f}", flush=True)
    if report.unclear:
        print(f"  {report.unclear} answers were refusals, or no page of ours")
