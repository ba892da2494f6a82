"""Measures the cost of encryption for a list, a search, a case and a key rotation, with 5,000 cases on SQLite.

Milliseconds are of processor time, as in bench/people.py. The last lines are for one value.
"""

import asyncio
import contextlib
import io
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import Cast, build_people, load_cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.citizen import encrypt_identity
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.citizen_details import add_citizen_details
from app.domain.cases.lifecycle.opening import OpenedCase
from app.domain.cases.page.load import load_case_page
from app.domain.cases.progress.rows import build_case_columns
from app.domain.cases.progress.steps import CaseProgress, send
from app.domain.cases.search.text import rebuild_search_text
from app.domain.cases.search.tokens import index_citizen
from app.domain.catalogue.loading import load_reference
from app.domain.operations.key_rotation import reencrypt_database
from app.settings.keys import Key
from bench.people import measure_median
from db.bulk import insert_many
from db.encryption import decrypt, encrypt, use_keys
from db.engine import build_engine, transaction, use_engine
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.teams import Team

CASES, MOST_MS, MANY, AREA = 5_000, 60.0, 20_000, "46"
OLD, NEW = Key("old", bytes(range(32))), Key("new", bytes(range(1, 33)))
_FIRST, _LAST = ("Jeanne", "Marie", "Ali", "Chloé", "Paul"), ("Pélissier", "Martin", "Le Goff", "Benali", "Moreau")
Step = Callable[[], Awaitable[Any]]


def measure() -> int:
    """Prints the table. Returns 1 when the median of a step exceeds its budget."""
    with tempfile.TemporaryDirectory(prefix="aplus-bench-") as folder, use_keys(OLD):
        return asyncio.run(_measure(f"sqlite:///{Path(folder) / 'cases.sqlite'}"))


async def _measure(url: str) -> int:
    engine = build_engine(url)
    use_engine(engine)
    await engine.start()
    try:
        cast, ids = await _build()
        print(f"{'step':46} {'median, ms':>10} {'processor':>10}")
        medians = [await measure_median(name, step) for name, step in _steps(cast, ids[0]).items()]
        await _rotation()
        _one_value(ids[0])
        return 0 if max(medians) < MOST_MS else 1
    finally:
        await engine.stop()


async def _build() -> tuple[Cast, list[UUID]]:
    with contextlib.redirect_stdout(io.StringIO()):
        await run_forwards("db")
    await load_reference()
    await build_people(datetime.now(UTC))
    cast, ids = await load_cast(), [uuid4() for _ in range(CASES)]
    caf = await Team.select(Team.id).where(Team.name == "CAF du Lot").first()
    assert caf is not None
    now = datetime.now(UTC)
    sent = send([caf["id"]], now, AREA)
    async with transaction():
        await insert_many(Case, [_case(cast, one, at, now, sent) for at, one in enumerate(ids)])
        received = [{"team": team, **asdict(progress)} for team, progress in sent.teams.items()]
        await insert_many(Recipient, [{"case": one, **columns} for one in ids for columns in received])
        for at, one in enumerate(ids):
            await add_citizen_details(one, [CitizenDetail("Numéro d’allocataire CAF", f"{7_000_000 + at}")])
            await Case.update(await rebuild_search_text(one)).where(Case.id == one)
            await index_citizen(one)
    return cast, ids


def _case(cast: Cast, case_id: UUID, at: int, now: datetime, sent: CaseProgress) -> dict[str, Any]:
    identity = {"first_name": _FIRST[at % 5], "last_name": f"{_LAST[at % 5]} {at % 997}", "birth": f"{1930 + at % 70}"}
    sealed = {column._meta.name: value for column, value in encrypt_identity(case_id, identity).items()}
    return {
        "id": case_id,
        "author": cast.agent_lot.id,
        "team": cast.agent_lot.seats[0].team_id,
        "area": AREA,
        "mode": "free",
        "subject": f"Aide en retard {at}",
        "description": "Rien depuis trois mois, malgré deux relances et un dossier complet.",
        "started_at": now,
        "saved_at": now,
        "sent_at": now,
        "last_event": at,
        **{column._meta.name: value for column, value in build_case_columns(sent).items()},
        **sealed,
    }


def _steps(cast: Cast, case_id: UUID) -> dict[str, Step]:
    def listed(**filters: Any) -> Step:
        async def show() -> None:
            await list_cases(cast.referent_caf_lot, Filters(**filters), datetime.now(UTC))

        return show

    async def opened() -> None:
        case = OpenedCase(await load_visible_case(cast.referent_caf_lot, case_id))
        await load_case_page(cast.referent_caf_lot, case, datetime.now(UTC))

    return {
        "list: 30 of 5,000": listed(),
        "search: a citizen's number": listed(words="7001234"),
        "search: a citizen's two names": listed(words="chloé benali"),
        "search: a part of a clear word": listed(words="etard"),
        "search: what nobody has": listed(words="introuvable"),
        "a case": opened,
    }


async def _rotation() -> None:
    started = time.perf_counter()
    with use_keys(NEW, OLD):
        done = await reencrypt_database()
    print(f"rotation: {done.encrypted:,} values, {done.indexed:,} cases in {time.perf_counter() - started:.1f} s")


def _one_value(case_id: UUID) -> None:
    column = Case.citizen_last_name
    stored = encrypt(column, case_id, "Pélissier")
    for name, work in (("sealing", partial(encrypt, text="Pélissier")), ("opening", partial(decrypt, stored=stored))):
        started = time.process_time()
        for _ in range(MANY):
            work(column, case_id)
        print(f"{name} one value: {(time.process_time() - started) / MANY * 1e6:.1f} µs")
