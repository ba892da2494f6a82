"""A team that took charge of a case or answered it, and announced no end, is reminded.

A case that is open already has no promise until the next answer: no team gets, on the first morning, a reminder of each
case that it answered months ago.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-01T13:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "teams that announced no end are reminded"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("recipient", "promise_due", _STATEMENTS)


_STATEMENTS = (
    "ALTER TABLE recipient ADD COLUMN promise_due TIMESTAMPTZ",
    "ALTER TABLE recipient ADD COLUMN promise_reminded_at TIMESTAMPTZ",
    # app/domain/cases/lifecycle/promise_reminders.py looks for due promises.
    "CREATE INDEX recipient_promise ON recipient (promise_due) WHERE promise_due IS NOT NULL",
)
