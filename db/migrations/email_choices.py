"""A person chooses when emails arrive for each share of a case, and an email knows its share.

Both new choices are empty, and follow email_frequency: each person keeps their one choice for all three.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-01T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "three choices of when emails arrive"

_STATEMENTS = (
    "ALTER TABLE person ADD COLUMN email_unassigned VARCHAR(8)",
    "ALTER TABLE person ADD COLUMN email_colleagues VARCHAR(8)",
    "ALTER TABLE email ADD COLUMN share VARCHAR(10) NOT NULL DEFAULT ''",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("email", "share", _STATEMENTS)
