"""A file that was chosen for one team and is not sent yet says for which one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-02T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "an unsent file says for which team it was chosen"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("attachment", "reader_team", _STATEMENTS)


_STATEMENTS = (
    "ALTER TABLE attachment ADD COLUMN reader_team INTEGER REFERENCES team (id) ON DELETE SET NULL ON UPDATE CASCADE",
)
