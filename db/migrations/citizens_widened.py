"""The columns that are about to hold sealed values hold any length: by itself, so that nobody waits while they are sealed.

PostgreSQL keeps readers away from a table whose column changes until the transaction ends; sealing 100,000 cases is long.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.migrations.citizens_sealed import widen

ID = "2026-11-24T10:59:59:000000"
VERSION = "1.38.0"
DESCRIPTION = "room for what will be sealed"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(widen)
    return manager
