"""python -m bench.generate --cases 1000000 --people 20000 --seed 1: fills an empty installation with a nation’s data.

It is for benchmarks and demonstrations: it refuses an installation that is not a demonstration or has a case.
"""

import asyncio
import re
import sys
import time
from datetime import UTC, date, datetime

from app.cli.database import open_database
from app.cli.seed import seed
from app.server.preflight import check_demo_exposure
from app.settings import settings
from bench.generate.building import build
from bench.generate.moments import morning_of
from bench.generate.notables import notables
from bench.generate.stories import World
from db.engine import is_postgres, purge_deleted_data
from db.tables.cases import Case

USAGE = "Usage : python -m bench.generate --cases 1000000 --people 20000 --seed 1 [--until 2026-11-24]"
BOUNDS = {"cases": (1, 20_000_000), "people": (60, 200_000), "seed": (0, 2**31)}


def generate(*options: str) -> None:
    if not settings.demo:
        sys.exit("DEMO=0 : cette installation est la vraie, on n’y invente rien.")
    check_demo_exposure()
    world, people = wanted(options)
    asyncio.run(seed())
    began = time.monotonic()
    found = asyncio.run(_generate(world, people))
    print(f"{world.cases} demandes, {people} personnes, graine {world.seed}, en {time.monotonic() - began:.0f} s.")
    print("Pour se connecter :")
    for who, address in found.items():
        print(f"  {who} : {address}")
    print("Les pièces jointes n’ont que leur fiche : en télécharger une répond qu’elle n’est plus lisible.")


def wanted(options: tuple[str, ...]) -> tuple[World, int]:
    """Exits with the usage for unknown options."""
    given = {name.removeprefix("--"): value for name, value in zip(options[::2], options[1::2], strict=False)}
    day = given.pop("until", "") or datetime.now(UTC).date().isoformat()
    numbers = {name: int(value) for name, value in given.items() if name in BOUNDS and re.fullmatch(r"\d{1,9}", value)}
    inside = all(low <= numbers.get(name, -1) <= high for name, (low, high) in BOUNDS.items())
    if len(options) % 2 or len(numbers) != len(given) or not inside or not _is_day(day):
        limits = ", ".join(f"--{name} de {low} à {high}" for name, (low, high) in BOUNDS.items())
        sys.exit(f"{USAGE}\n{limits}")
    return World(numbers["seed"], numbers["cases"], morning_of(date.fromisoformat(day))), numbers["people"]


def _is_day(typed: str) -> bool:
    try:
        return date.fromisoformat(typed).isoformat() == typed
    except ValueError:
        return False


async def _generate(world: World, people: int) -> dict[str, str]:
    async with open_database():
        society = await build(world, people)
        if is_postgres():
            await Case.raw("VACUUM (ANALYZE)")
        await purge_deleted_data()
        return await notables(society)
