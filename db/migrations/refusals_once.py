"""A team refuses a kind of helper once. A migration of its own: Piccolo runs raw steps before it makes tables."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.migrations.unique_together import create_unique_index

ID = "2026-11-24T07:12:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "a team refuses a kind of helper once"

UNIQUE = (("team_refusal", ("team", "organisation")),)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_create_indexes)
    return manager


async def _create_indexes() -> None:
    for table, columns in UNIQUE:
        await create_unique_index(table, columns)
