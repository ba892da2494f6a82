"""Writes the same life of cases into both databases, packs it, and records what must be found again."""

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
from app.domain.operations.jobs import run_due_jobs
from app.gateways.email.transport import FolderTransport
from app.gateways.email.worker import EmailWorker
from app.gateways.files.previews import PreviewWorker
from app.gateways.files.store import EncryptedFileStore
from app.main import create_app
from app.server.background import list_recurring_jobs
from app.templating import build_environment
from app.tests.kept_bases import around, evening, lives
from app.tests.kept_bases.context import HistoryWorld
from app.tests.kept_bases.facts import Facts, collect_facts, format_facts
from app.tests.kept_bases.installed import KEYS, build_keys, use_installation
from app.tests.kept_bases.packing import DUMP, FACTS, SQLITE_FILE, find_archive, pack, write_dump
from app.tests.kept_bases.ways_in import write_logins
from app.tests.support.fixtures import Clock, open_engine
from app.tests.support.postgres_cluster import Cluster
from db.encryption import use_keys
from db.engine import build_engine, purge_deleted_data
from db.private_files import make_folder

BEGUN = datetime(2026, 3, 2, 8, tzinfo=UTC)


async def make_past_database(folder: Path, work: Path, cluster: Cluster) -> None:
    """`folder` is where the base is kept, `work` where it lives before it is packed.

    Raises ValueError when the two databases differ, or when a table is empty.
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
    (folder / FACTS).write_text(format_facts(facts["sqlite"]))


def _differences(one: Facts, other: Facts) -> list[str]:
    return [f"{name}: {one[name]} / {other[name]}" for name in one if one[name] != other[name]]


async def _made(folder: Path, var: Path, url: str) -> Facts:
    make_folder(var)
    with use_installation(var), _files(var / "pieces") as files:
        clock = Clock()
        clock.now = BEGUN
        async with open_engine(build_engine(url)):
            await _fill(files, clock, var)
            await purge_deleted_data()
        await _pack(url, var, find_archive(folder, url.partition(":")[0]))
        async with open_engine(build_engine(url)):
            mail = FolderTransport(var / "courrier")
            return await collect_facts(create_app(clock=clock, email_transport=mail, file_store=files), url, clock.now)


async def _fill(files: EncryptedFileStore, clock: Clock, var: Path) -> None:
    await run_forwards("db")
    await load_reference()
    await build_people(clock.now)
    postman = EmailWorker(FolderTransport(var / "courrier"), build_environment(), clock)
    world = HistoryWorld(await load_cast(), files, PreviewWorker(files), postman, clock)
    with use_keys(build_keys(KEYS)[1]):
        await around.write_spring(world)
        await lives.write_spring(world)
        await _run_night_jobs(world)
        await around.write_claire(world)
        await lives.write_autumn(world)
    await lives.write_november(world)
    await around.write_evening(world)
    await _run_night_jobs(world)
    await evening.write_last(world)
    await write_logins(world)


async def _run_night_jobs(world: HistoryWorld) -> None:
    """Emails leave, and each job runs."""
    await world.email_worker.deliver_due()
    await run_due_jobs(list_recurring_jobs(world.files), world.tick())


@contextmanager
def _files(folder: Path) -> Iterator[EncryptedFileStore]:
    kept = EncryptedFileStore(folder, requires_scan=False)
    bytes_removed.connect(kept.delete)
    try:
        yield kept
    finally:
        bytes_removed.disconnect(kept.delete)


async def _pack(url: str, var: Path, archive: Path) -> None:
    """Without the emails in the demonstration’s folder: a real installation sends them."""
    shutil.rmtree(var / "courrier", ignore_errors=True)
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(var / SQLITE_FILE)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        write_dump(url, var / DUMP)
    pack(var, archive)
