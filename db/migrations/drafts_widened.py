"""A draft keeps texts that are too long to be sent. PostgreSQL only changes the catalogue: no row is written again.

SQLite keeps no length. The release before this one reads and writes these columns as it did.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-11-26T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "room in drafts for texts that are too long"
WIDER = ("subject", "urgency_reason")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_widen)
    return manager


async def _widen() -> None:
    if is_postgres():
        for column in WIDER:
            await get_current_engine().run_ddl(f'ALTER TABLE cases ALTER COLUMN "{column}" TYPE TEXT')
