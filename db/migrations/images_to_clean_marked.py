"""Images that were stored before reception removed their metadata: a job of the server cleans them in the background."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine

ID = "2026-11-26T14:40:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "stored images are to be cleaned"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_mark)
    return manager


async def _mark() -> None:
    await get_current_engine().run_ddl(
        "UPDATE attachment SET cleaning = 'waiting' WHERE media_type LIKE 'image/%' AND digest <> ''"
    )
