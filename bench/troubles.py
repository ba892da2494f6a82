"""Failures of a server while people write. Each function returns how many times it caused one."""

import asyncio
import os
import random
import sqlite3
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

from app.tests.support.postgres_cluster import OwnCluster
from bench.sink import SmtpSink
from e2e.server import Server

Failure = Callable[[Server, SmtpSink], Awaitable[int]]
LOCKED, CUT, OUTAGE = 10.0, 1.0, 8.0


def kill_repeatedly(times: int) -> Failure:
    async def trouble(server: Server, sink: SmtpSink) -> int:
        draw = random.Random(2026)  # noqa: S311
        for _ in range(times):
            await asyncio.sleep(draw.uniform(0, 3))
            server.kill()
            await asyncio.to_thread(server.start)
        return times

    return trouble


def restart_repeatedly(times: int) -> Failure:
    """Stops in order, as an upgrade does: requests under way are finished first."""

    async def trouble(server: Server, sink: SmtpSink) -> int:
        for _ in range(times):
            await asyncio.sleep(2)
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
        return times

    return trouble


async def lock_file(server: Server, sink: SmtpSink) -> int:
    """Another program holds SQLite’s write lock."""
    await asyncio.sleep(5)
    with closing(sqlite3.connect(server.folder / "aplus.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(LOCKED)
        other.execute("ROLLBACK")
    await asyncio.sleep(2)
    return 1


def restart_database(cluster: OwnCluster, times: int) -> Failure:
    """Half of the restarts are orderly, half are like a power cut."""

    async def trouble(server: Server, sink: SmtpSink) -> int:
        for number in range(times):
            await asyncio.sleep(2)
            await asyncio.to_thread(cluster.stop, ("fast", "immediate")[number % 2])
            await asyncio.sleep(CUT)
            await asyncio.to_thread(cluster.start)
        await asyncio.sleep(2)
        return times

    return trouble


async def fail_smtp(server: Server, sink: SmtpSink) -> int:
    """The SMTP server is down, then slow, then refusing, then back."""
    sink.close()
    await asyncio.sleep(OUTAGE)
    sink.open()
    sink.pause = 0.5
    await asyncio.sleep(OUTAGE)
    sink.pause, sink.answer = 0.0, "451 Plus tard"
    await asyncio.sleep(OUTAGE)
    sink.answer = "250 OK"
    return 3


async def fill_disk(server: Server, sink: SmtpSink) -> int:
    """Fills the server’s small disk with a file, then removes it."""
    await asyncio.sleep(3)
    filler = server.folder / "filler"
    _fill(filler)
    await asyncio.sleep(6)
    filler.unlink()
    await asyncio.sleep(3)
    return 1


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as opened:
        try:
            while True:
                opened.write(b"\0" * 65_536)
        except OSError:
            os.fsync(opened.fileno())


def mount_small_disk(folder: Path, megabytes: int) -> bool:
    """Mounts a tmpfs. False where that is not permitted."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["/usr/bin/mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    return done.returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["/usr/bin/umount", str(folder)], check=True)
