"""A person has at most one absence: its days, and the colleague who replaces them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-12-01T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a person may be absent, and replaced"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    """In Piccolo's transaction. Piccolo records a migration after it: after a kill in between, the table is there."""
    serial = "SERIAL" if is_postgres() else "INTEGER NOT NULL"
    for statement in _STATEMENTS:
        await get_current_engine().run_ddl(statement.replace(":serial", serial))


_STATEMENTS = (
    """CREATE TABLE IF NOT EXISTS absence (
    id :serial PRIMARY KEY,
    person INTEGER NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    replacement INTEGER REFERENCES person (id) ON DELETE SET NULL ON UPDATE CASCADE,
    first_day DATE NOT NULL DEFAULT current_date,
    last_day DATE NOT NULL DEFAULT current_date,
    begins_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    ends_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
)""",
    "CREATE INDEX IF NOT EXISTS absence_ends_at ON absence (ends_at)",
)
