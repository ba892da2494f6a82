"""A message or a file that was put in the wrong case is taken away after it was read."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-03T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "messages and files taken away after they were read"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("removal_request", "asked_at", _STATEMENTS)


_STATEMENTS = (
    "ALTER TABLE message ADD COLUMN taken_away_at TIMESTAMPTZ",
    """CREATE TABLE removal_request (
        id :serial,
        "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
        message INTEGER REFERENCES message (id) ON DELETE CASCADE ON UPDATE CASCADE,
        attachment UUID REFERENCES attachment (id) ON DELETE CASCADE ON UPDATE CASCADE,
        asked_by INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        asked_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
        reason TEXT NOT NULL DEFAULT ''
    )""",
    'CREATE INDEX removal_request_case ON removal_request ("case")',
    "CREATE INDEX removal_request_message ON removal_request (message)",
    "CREATE INDEX removal_request_attachment ON removal_request (attachment)",
)
