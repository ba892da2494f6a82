"""Makes an installation ready: migrations, db/reference/, the France Services offices, the demonstration's cast.

A second time changes nothing. Two processes that start together take turns.
"""

import contextlib
import fcntl
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import build_people
from app.domain.catalogue.loading import REFERENCE, load_reference
from app.domain.teams.offices import OfficeReport, load_offices
from app.settings import settings
from db.engine import current_engine

OFFICES = REFERENCE / "france_services_2020-03-02.csv"


async def seed() -> OfficeReport:
    engine = current_engine()
    await engine.start()
    try:
        with _alone():
            with contextlib.redirect_stdout(io.StringIO()):
                await run_forwards("db")
            await load_reference()
            report = await load_offices(OFFICES)
            if settings.demo:
                await build_people(datetime.now(UTC))
    finally:
        await engine.stop()
    return report


@contextmanager
def _alone() -> Iterator[None]:
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    with (settings.var_folder / "seed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
