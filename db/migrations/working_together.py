"""A referent sets a case aside, marks it read or unread, and has a count for each view of the list.

The SQL is in working_together_tables.sql, frozen with this migration.
"""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once, read_statements

ID = "2026-12-01T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "cases set aside, marked unread, and counted by view"

_TABLES = Path(__file__).with_name("working_together_tables.sql")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("set_aside", "set_at", read_statements(_TABLES))
