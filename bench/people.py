"""Measures pages and searches over 20,000 people in 3,000 teams on SQLite, by calling the domain’s functions.

It measures what a page reads from the database and makes of it: counts of tabs, choices of filters, lines. Times are
processor time. Elapsed time is printed beside it, and depends on other work of the machine.
"""

import asyncio
import contextlib
import io
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import Cast, build_people, load_cast
from app.domain.catalogue.loading import load_reference
from app.domain.people import listing as people
from app.domain.people.listing import PersonFilters, PersonView, list_people
from app.domain.search.people_and_teams import index_missing
from app.domain.teams import listing as teams
from app.domain.teams.listing import TeamFilters, list_teams
from db.bulk import insert_many
from db.engine import build_engine, transaction, use_engine
from db.tables.areas import Area
from db.tables.members import Membership
from db.tables.organisations import Organisation
from db.tables.people import Person
from db.tables.teams import Team, TeamArea

PEOPLE, TEAMS, TURNS, MOST_MS = 20_000, 3_000, 31, 50.0
_NAMES = ("Vidal", "Œuvrard", "Bénali", "Castagné", "Lefèvre", "Müller", "d’Ivry", "Nguyễn")
Step = Callable[[], Awaitable[Any]]


def measure() -> int:
    """Prints the table. Returns 1 when the median of a step exceeds its budget."""
    with tempfile.TemporaryDirectory(prefix="aplus-bench-") as folder:
        return asyncio.run(_measure(f"sqlite:///{Path(folder) / 'people.sqlite'}"))


async def _measure(url: str) -> int:
    engine = build_engine(url)
    use_engine(engine)
    await engine.start()
    try:
        cast = await _build()
        print(f"{'step':46} {'median, ms':>10} {'processor':>10}")
        medians = [await measure_median(name, step) for name, step in _steps(cast).items()]
        return 0 if max(medians) < MOST_MS else 1
    finally:
        await engine.stop()


async def _build() -> Cast:
    with contextlib.redirect_stdout(io.StringIO()):
        await run_forwards("db")
    await load_reference()
    await build_people(datetime.now(UTC))
    async with transaction():
        seats = await _make_teams()
        await _make_people(seats)
        await index_missing()
    return await load_cast()


async def _make_teams() -> list[int]:
    organisations = await Organisation.select(Organisation.id, Organisation.acronym).order_by(Organisation.id)
    areas = await Area.select(Area.code, Area.name).order_by(Area.code)
    rows = []
    for at in range(TEAMS):
        organisation, area = organisations[at % len(organisations)], areas[at % len(areas)]
        name = f"{organisation['acronym']} {area['name']} {at}"
        rows.append({"name": name, "organisation": organisation["id"], "commune": f"Commune {at % 900}"})
    made = [row["id"] for row in await insert_many(Team, rows, returning=["id"])]
    placed = [{"team": team, "area": areas[at % len(areas)]["code"]} for at, team in enumerate(made)]
    await insert_many(TeamArea, placed)
    return made


async def _make_people(teams_made: list[int]) -> None:
    now = datetime.now(UTC)
    rows = [
        {
            "address": f"personne.{at}@exemple.fr",
            "first_name": f"Prénom{at % 700}",
            "last_name": f"{_NAMES[at % len(_NAMES)]}-{at}",
            "function": "Référente accès aux droits",
            "active": at % 11 != 0,
            "created_at": now,
            "terms_accepted_at": now if at % 7 else None,
        }
        for at in range(PEOPLE)
    ]
    made = [row["id"] for row in await insert_many(Person, rows, returning=["id"])]
    seats = [{"person": person, "team": teams_made[at % TEAMS]} for at, person in enumerate(made)]
    await insert_many(Membership, seats)


def _steps(cast: Cast) -> dict[str, Step]:
    def seen(actor: str, **filters: Any) -> Step:
        async def show() -> None:
            await people.count_views(getattr(cast, actor))
            await list_people(getattr(cast, actor), PersonFilters(**filters))

        return show

    def found(**filters: Any) -> Step:
        async def show() -> None:
            await teams.count_views(cast.admin)
            await teams.list_visible_areas(cast.admin)
            await teams.list_visible_organisations(cast.admin)
            await list_teams(cast.admin, TeamFilters(**filters))

        return show

    return {
        "people: first page": seen("admin"),
        "people: last page": seen("admin", page=9_999),
        "people: first page, supervisor": seen("supervisor_lot"),
        "people: first page, closed accounts": seen("admin", view=PersonView.CLOSED),
        "people: search of a name": seen("admin", words="oeuvrard-1234"),
        "people: search of organisation and department": seen("admin", words="msa cher"),
        "people: search of what nobody has": seen("admin", words="nulle part"),
        "teams: first page": found(),
        "teams: last page": found(page=9_999),
        "teams: search of organisation and department": found(words="msa cher"),
        "teams: search of what no team has": found(words="nulle part"),
    }


async def measure_median(name: str, step: Step) -> float:
    """The median of many runs after a first one, in milliseconds of processor time."""
    await step()
    waited, used = [], []
    for _ in range(TURNS):
        started, before = time.perf_counter(), time.process_time()
        await step()
        waited.append((time.perf_counter() - started) * 1000)
        used.append((time.process_time() - before) * 1000)
    print(f"{name:46} {statistics.median(waited):10.1f} {statistics.median(used):10.1f}", flush=True)
    return statistics.median(used)
