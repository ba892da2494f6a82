"""Prepares an installation: migrations, db/reference, the France Services offices, and the demonstration’s accounts.

It can be run again and changes nothing then. Processes that start together run it one after another.
"""

import contextlib
import fcntl
import io
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import build_people
from app.cli.database import open_database
from app.domain.catalogue.loading import REFERENCE, load_reference
from app.domain.files.file_digest import encrypt_clear_digests
from app.domain.imports.offices import OfficeReport, load_offices
from app.domain.operations.correct_address import AddressRepair, repair_addresses
from app.domain.search.people_and_teams import index_missing
from app.settings import settings
from db.baseline.adopt import FORMER_SCHEMA, needs_baseline
from db.engine import get_current_engine, purge_deleted_data, transaction
from db.postgres_engine import PooledPostgresEngine
from db.private_files import make_folder

OFFICES = REFERENCE / "france_services_2020-03-02.csv"
_LOCK = 20261123  # any number, the same for all processes that seed one PostgreSQL database


async def seed() -> OfficeReport:
    async with lock_database():
        await _run_migrations()
        await load_reference()
        report = await load_offices(OFFICES)
        if settings.demo:
            await build_people(datetime.now(UTC))
    return report


async def migrate() -> None:
    """Migrates the tables only, for an installation that has its data."""
    async with lock_database():
        await _run_migrations()


async def _run_migrations() -> None:
    if await needs_baseline():
        sys.exit(FORMER_SCHEMA)
    # Piccolo prints each step: only a failure is shown
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        result = await run_forwards("db")
    if not result.success:
        sys.exit(f"La base n’a pas pu être migrée.\n{printed.getvalue()}{result.message}")
    async with transaction():
        await index_missing()
    _report_addresses(await repair_addresses(datetime.now(UTC)))
    await encrypt_clear_digests()
    await purge_deleted_data()


def _report_addresses(mended: AddressRepair) -> None:
    if mended.repaired:
        print(f"{mended.repaired} adresses de comptes nettoyées (espaces invisibles, « mailto: »).")
    if mended.unreachable_ids:
        numbers = ", ".join(map(str, mended.unreachable_ids))
        print(
            f"Comptes dont l’adresse ne peut pas recevoir de mail : {numbers}. Pour chacun, "
            "python -m app correct-address NUMÉRO ADRESSE."
        )


@asynccontextmanager
async def lock_database() -> AsyncIterator[None]:
    """Opens the database for one process at a time. The lock ends with its process."""
    engine = get_current_engine()
    turn = _lock_postgres(engine) if isinstance(engine, PooledPostgresEngine) else _lock_file()
    async with open_database(any_schema=True), turn:
        yield


@asynccontextmanager
async def _lock_postgres(engine: PooledPostgresEngine) -> AsyncIterator[None]:
    connection = await engine.get_new_connection()
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        yield
    finally:
        await connection.close()


@asynccontextmanager
async def _lock_file() -> AsyncIterator[None]:
    make_folder(settings.var_folder)
    with (settings.var_folder / "seed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
