"""python -m app baseline: brings over a database made before the first release (db/baseline/adopt.py)."""

import asyncio
import sys

from app.cli.exclusive_use import is_used_by_others
from app.cli.seed import lock_database
from db.baseline.adopt import TooOldError, adopt_initial_migration
from db.engine import get_current_engine, purge_deleted_data

TOO_OLD = (
    "Cette base date du milieu de novembre 2026 et n’a pas fini ses migrations. Rien n’a été touché. Migrez-la d’abord "
    "avec la version qui l’a servie en dernier."
)
DONE = "Base reprise. Ensuite, comme à chaque mise à jour : python -m app migrate"
IN_USE = "D’autres sont connectés à la base : arrêtez tous les serveurs d’abord. Rien n’a été touché."
NOTHING_TO_DO = "Rien à reprendre : cette base ne date pas d’avant la première version."


def bring_over_database() -> None:
    print(DONE if asyncio.run(_baseline_alone()) else NOTHING_TO_DO)


async def _baseline_alone() -> bool:
    if await is_used_by_others(get_current_engine()):
        sys.exit(IN_USE)
    return await baseline()


async def baseline() -> bool:
    """Returns False when there is nothing to do. Exits with a sentence when the database is older than the last of the
    former migrations.
    """
    async with lock_database():
        try:
            done = await adopt_initial_migration()
        except TooOldError:
            sys.exit(TOO_OLD)
        await purge_deleted_data()
        return done
