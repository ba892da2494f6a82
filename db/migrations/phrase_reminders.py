"""A ready phrase may ask for a reminder, some working days later. Existing phrases ask for none.

It is no value of `answer`: the former release, which runs beside the new one while servers restart, knows four.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-02T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a ready phrase may ask for a reminder"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("phrase", "remind_days", ("ALTER TABLE phrase ADD COLUMN remind_days INTEGER",))
