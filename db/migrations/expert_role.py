"""Expert becomes a role beside the others: an administrator or a supervisor may be an expert too.

The former release, which runs beside the new one while servers restart, sees an expert as a member of no team for these
seconds: it shows them no case, and writes nothing about them.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-03T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "expert is a role beside the others"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once(
        "person",
        "expert",
        (
            "ALTER TABLE person ADD COLUMN expert BOOLEAN NOT NULL DEFAULT FALSE",
            "UPDATE person SET expert = TRUE, platform_role = 'member' WHERE platform_role = 'expert'",
        ),
    )
