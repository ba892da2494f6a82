"""A supervisor may supervise an organisation in every area.

The former release, which runs beside the new one while servers restart, sees them as a supervisor of no area.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-03T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "an organisation may be supervised in every area"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("supervised_organisation", "organisation", _STATEMENTS)


_STATEMENTS = (
    """CREATE TABLE supervised_organisation (
    id :serial,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    organisation INTEGER NOT NULL REFERENCES organisation (id) ON DELETE RESTRICT ON UPDATE CASCADE
)""",
    """CREATE UNIQUE INDEX supervised_organisation_person_organisation_once
ON supervised_organisation (person, organisation)""",
)
