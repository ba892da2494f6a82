"""A person has at most one absence: its days, and the colleague who replaces them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-01T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a person may be absent, and replaced"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("absence", "ends_at", _STATEMENTS)


_STATEMENTS = (
    """CREATE TABLE absence (
    id :serial,
    person INTEGER NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    replacement INTEGER REFERENCES person (id) ON DELETE SET NULL ON UPDATE CASCADE,
    first_day DATE NOT NULL DEFAULT current_date,
    last_day DATE NOT NULL DEFAULT current_date,
    begins_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    ends_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
)""",
    "CREATE INDEX absence_ends_at ON absence (ends_at)",
)
