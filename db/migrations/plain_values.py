"""Stored words under the names of the trade: an internal note, and the jobs whose rows say when they run next.

A migration of its own, after the names: no reader waits for the tables' locks while rows change.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine

ID = "2026-11-27T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "internal notes and jobs under plain names"

VALUES = (
    ("message", "audience", "operators", "internal"),
    ("event", "audience", "operators", "internal"),
    ("attachment", "audience", "operators", "internal"),
    ("email", "kind", "apart", "internal"),
    ("job", "name", "late", "late notices"),
    ("job", "name", "figures", "statistics"),
    ("job", "name", "trail", "audit log"),
    ("job", "name", "arrivals", "signups"),
)
"""Table, column, value of before, value of today."""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_write_values)
    return manager


async def _write_values() -> None:
    for table, column, old, new in VALUES:
        await get_current_engine().run_ddl(f"UPDATE {table} SET {column} = '{new}' WHERE {column} = '{old}'")  # nosec B608
