"""One save for a form and a page. After the table: what is raw runs first within a migration."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.migrations.unique_together import create_unique_index

ID = "2026-11-26T18:50:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "one save for a form and a page"

UNIQUE = (("form_save", ("case", "place", "person", "page")),)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_create_indexes)
    return manager


async def _create_indexes() -> None:
    for table, columns in UNIQUE:
        await create_unique_index(table, columns)
