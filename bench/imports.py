"""Imports 20,000 people on both databases: seconds, processor seconds, and how long the event loop was blocked.

A task wakes every 2 ms while the worker runs. The processor time of the loop’s thread between two wake-ups is what a
page would have waited. It does not depend on other work of the machine.
"""

import asyncio
import contextlib
import io
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import Cast, build_people, load_cast
from app.domain.catalogue.loading import load_reference
from app.domain.imports.admin_actions import apply_import, send_import
from app.domain.imports.kinds import ImportKind
from app.domain.imports.listing import load_import
from app.domain.imports.worker import process_next_import
from app.tests.support.postgres_cluster import run_shared_cluster
from db.engine import build_engine, use_engine

ROWS, MOST_SECONDS = 20_000, 60.0
_HEADING = "Prénom;Nom;Adresse mail;Fonction;Téléphone;Équipe;Responsable"


def measure_imports() -> int:
    """Prints the table. Returns 1 when the preview and the confirmation take more than a minute."""
    print(f"{'database':12} {'step':24} {'seconds':>8} {'processor':>10} {'loop held, ms':>14}")
    kept = True
    with databases() as urls:
        for name, url in urls.items():
            kept &= asyncio.run(_one(name, url)) <= MOST_SECONDS
    return 0 if kept else 1


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder, run_shared_cluster() as cluster:
        yield {"SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite'}", "PostgreSQL": cluster.create_database("bench")}


async def _one(name: str, url: str) -> float:
    engine = build_engine(url)
    use_engine(engine)
    await engine.start()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            await run_forwards("db")
        await load_reference()
        await build_people(datetime.now(UTC))
        cast = await load_cast()
        first = await _steps(name, cast, "")
        await _steps(name, cast, ", again")
        return first
    finally:
        await engine.stop()


async def _steps(name: str, cast: Cast, again: str) -> float:
    """Seconds of the preview and the confirmation together."""
    now = datetime.now(UTC)
    started = time.perf_counter()
    async with _watched(name, f"reading the file{again}"):
        sent = await send_import(cast.admin, ImportKind.PEOPLE, "bench.csv", _list(), now=now)
    async with _watched(name, f"the preview{again}"):
        await process_next_import(lambda: now)
    await apply_import(cast.admin, sent, now=now, invite=True)
    async with _watched(name, f"the click{again}"):
        await process_next_import(lambda: now)
    done = await load_import(cast.admin, sent)
    assert done.created + done.unchanged == ROWS and done.differing == 0, done
    return time.perf_counter() - started


def _list() -> bytes:
    teams = ("CAF du Lot", "CPAM du Lot", "MSA du Lot", "France Services de démonstration du Lot")
    rows = (
        f"Prénom{at};Nom{at};personne.{at}@exemple.fr;Référente accès aux droits;05 36 49 {at % 10000:04d};"
        f"{teams[at % len(teams)]};non"
        for at in range(ROWS)
    )
    return "\n".join([_HEADING, *rows]).encode()


@asynccontextmanager
async def _watched(name: str, step: str) -> AsyncIterator[None]:
    held: list[float] = []
    watch = asyncio.create_task(_watch(held))
    await asyncio.sleep(0.01)
    started, used = time.perf_counter(), time.process_time()
    yield
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    await asyncio.sleep(0.01)
    watch.cancel()
    print(f"{name:12} {step:24} {seconds:8.1f} {processor:10.1f} {max(held) * 1000:14.0f}", flush=True)


async def _watch(held: list[float]) -> None:
    while True:
        before = time.thread_time()
        await asyncio.sleep(0.002)
        held.append(time.thread_time() - before)
