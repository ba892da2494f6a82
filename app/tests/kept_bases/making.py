"""Writes one life of cases into both databases, packs it, and notes what must be found again."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import build_people, load_cast
from app.domain.catalogue.loading import load_reference
from app.domain.files.removal import bytes_removed
from app.domain.operations.jobs import run_due
from app.gateways.email.transport import FolderMail
from app.gateways.email.worker import Postman
from app.gateways.files.previews import Previews
from app.gateways.files.store import Files
from app.main import create_app
from app.server.background import recurring
from app.templating import environment
from app.tests.kept_bases import around, evening, lives
from app.tests.kept_bases.context import World
from app.tests.kept_bases.facts import Facts, as_text, facts_of
from app.tests.kept_bases.installed import KEYS, installed, keys_of
from app.tests.kept_bases.packing import DUMP, FACTS, SQLITE_FILE, archive_of, pack, write_dump
from app.tests.kept_bases.ways_in import write_ways_in
from app.tests.support.fixtures import Clock, opened
from app.tests.support.postgres_cluster import Cluster
from db.encryption import using
from db.engine import engine_for, scrub
from db.private_files import make_folder

BEGUN = datetime(2026, 3, 2, 8, tzinfo=UTC)


async def make(folder: Path, work: Path, cluster: Cluster) -> None:
    """folder: where the base is kept; work: where it lives before it is packed.

    Raises ValueError when the two databases do not say the same, or when a table is empty.
    """
    urls = {
        "sqlite": f"sqlite:///{work / 'sqlite' / SQLITE_FILE}",
        "postgresql": cluster.create_database("kept"),
    }
    facts = {kind: await _made(folder, work / kind, url) for kind, url in urls.items()}
    if facts["sqlite"] != facts["postgresql"]:
        raise ValueError(f"the two databases differ: {_differences(*facts.values())}")
    if empty := [table for table, count in facts["sqlite"]["rows"].items() if not count]:
        raise ValueError(f"these tables have no row: {empty}")
    (folder / FACTS).write_text(as_text(facts["sqlite"]))


def _differences(one: Facts, other: Facts) -> list[str]:
    return [f"{name}: {one[name]} / {other[name]}" for name in one if one[name] != other[name]]


async def _made(folder: Path, var: Path, url: str) -> Facts:
    make_folder(var)
    with installed(var), _files(var / "pieces") as files:
        clock = Clock()
        clock.now = BEGUN
        async with opened(engine_for(url)):
            await _fill(files, clock, var)
            await scrub()
        await _pack(url, var, archive_of(folder, url.partition(":")[0]))
        async with opened(engine_for(url)):
            mail = FolderMail(var / "courrier")
            return await facts_of(create_app(clock=clock, mail=mail, files=files), url, clock.now)


async def _fill(files: Files, clock: Clock, var: Path) -> None:
    await run_forwards("db")
    await load_reference()
    await build_people(clock.now)
    postman = Postman(FolderMail(var / "courrier"), environment(), clock)
    world = World(await load_cast(), files, Previews(files), postman, clock)
    with using(keys_of(KEYS)[1]):
        await around.write_spring(world)
        await lives.write_spring(world)
        await _night(world)
        await around.write_claire(world)
        await lives.write_autumn(world)
    await lives.write_november(world)
    await around.write_evening(world)
    await _night(world)
    await evening.write_last(world)
    await write_ways_in(world)


async def _night(world: World) -> None:
    """Letters leave, and each job has its turn."""
    await world.postman.deliver_due()
    await run_due(recurring(world.files), world.now())


@contextmanager
def _files(folder: Path) -> Iterator[Files]:
    kept = Files(folder, scanned=False)
    bytes_removed.connect(kept.forget)
    try:
        yield kept
    finally:
        bytes_removed.disconnect(kept.forget)


async def _pack(url: str, var: Path, archive: Path) -> None:
    """The letters of the demonstration's folder are no part of it: a real installation sends them."""
    shutil.rmtree(var / "courrier", ignore_errors=True)
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(var / SQLITE_FILE)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        write_dump(url, var / DUMP)
    pack(var, archive)
