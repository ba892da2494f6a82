"""Room for the sealed digests of files. The rows are sealed after the migrations: app/domain/files/file_digest.py."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-11-26T22:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "room for the sealed digests of files"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_widen)
    return manager


async def _widen() -> None:
    """SQLite keeps no length. No row is written anew on PostgreSQL."""
    if is_postgres():
        await get_current_engine().run_ddl("ALTER TABLE attachment ALTER COLUMN digest TYPE TEXT")
