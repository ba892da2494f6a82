"""The initial migration takes the place of those of November 2026.

The last two of these rename tables and columns. They run here if the database has not run them. No other row is written
again, and no table is copied.
"""

from piccolo.apps.migrations.tables import Migration

from db.baseline.renaming import drop_triggers, rename_schema, rewrite_values
from db.engine import get_current_engine, lift_timeouts, transaction
from db.migrations import initial
from db.pending_migrations import list_applied_migrations

RENAMES_SCHEMA, REWRITES_VALUES = "2026-11-27T12:00:00:000000", "2026-11-27T12:00:00:000001"
_REQUIRED = """
2026-11-23T21:54:42:363278 2026-11-23T22:50:00:000000 2026-11-23T23:51:12:306831 2026-11-24T02:36:32:990146
2026-11-24T06:53:09:840662 2026-11-24T07:05:00:000000 2026-11-24T07:05:01:000000 2026-11-24T07:12:00:000000
2026-11-24T07:12:01:000000 2026-11-24T07:13:30:000000 2026-11-24T07:16:00:000000 2026-11-24T07:16:00:000001
2026-11-24T07:20:00:000000 2026-11-24T07:28:00:000000 2026-11-24T07:38:00:000000 2026-11-24T08:25:00:000000
2026-11-24T09:10:00:000000 2026-11-24T09:10:00:000001 2026-11-24T10:36:07:543654 2026-11-24T10:59:59:000000
2026-11-24T11:00:00:000000 2026-11-24T11:00:00:000001 2026-11-24T14:00:00:000000 2026-11-24T14:00:01:000000
2026-11-24T14:00:02:000000 2026-11-24T18:10:00:000000 2026-11-24T18:10:01:000000 2026-11-26T13:40:00:000000
2026-11-26T13:40:00:000001 2026-11-26T14:40:00:000000 2026-11-26T14:40:00:000001 2026-11-26T18:18:00:000000
2026-11-26T18:50:00:000000 2026-11-26T18:50:00:000001 2026-11-26T19:00:00:000000 2026-11-26T20:27:00:000000
2026-11-26T22:30:00:000000 2026-11-26T22:31:00:000000 2026-11-26T22:32:00:000000 2026-11-26T23:10:00:000000
"""
REQUIRED = frozenset(_REQUIRED.split())
FORMER_MIGRATIONS = REQUIRED | {RENAMES_SCHEMA, REWRITES_VALUES}
FORMER_SCHEMA = (
    "Cette base date d’avant la première version. Sauvegardez-la (python -m app backup), puis lancez "
    "python -m app baseline."
)


class TooOldError(Exception):
    """The database has not run all of the former migrations: only the code of its day can finish them."""


async def needs_baseline() -> bool:
    """True when former migrations made the tables."""
    return bool(await list_applied_migrations() & FORMER_MIGRATIONS)


def is_too_old(applied: frozenset[str]) -> bool:
    """True when former migrations are applied, and not all of those that baseline counts on."""
    return bool(applied & FORMER_MIGRATIONS) and not applied >= REQUIRED


async def adopt_initial_migration() -> bool:
    """Returns False when there is nothing to do. One transaction: a kill leaves the database as it was.

    No other process may use the database meanwhile. Raises TooOldError.
    """
    applied = await list_applied_migrations()
    if not applied & FORMER_MIGRATIONS:
        return False
    if is_too_old(applied):
        raise TooOldError
    async with transaction():
        await lift_timeouts()
        await _change_schema(applied)
        await Migration.delete().where(Migration.app_name == "db")
        await Migration.insert(Migration(name=initial.ID, app_name="db"))
    return True


async def _change_schema(applied: frozenset[str]) -> None:
    await drop_triggers()
    if RENAMES_SCHEMA not in applied:
        await rename_schema()
    if REWRITES_VALUES not in applied:
        await rewrite_values()
    for statement in initial.list_trigger_statements():
        await get_current_engine().run_ddl(statement)
