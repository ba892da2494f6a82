"""What was erased before authors were: none is left. A migration of its own: no reader waits for the table's lock while rows change."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine

ID = "2026-11-26T13:40:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "an erased case has no author"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_forget_authors)
    return manager


async def _forget_authors() -> None:
    await get_current_engine().run_ddl("UPDATE cases SET author = NULL WHERE erased_at IS NOT NULL AND author IS NOT NULL")
