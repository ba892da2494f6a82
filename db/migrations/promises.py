"""A team that took charge of a case or answered it, and announced no end, is reminded.

A case that is open already has no promise until the next answer: no team gets, on the first morning, a reminder of each
case that it answered months ago.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-12-01T13:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "teams that announced no end are reminded"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    """In Piccolo's transaction. Piccolo records a migration after it: after a kill in between, they are there."""
    engine = get_current_engine()
    if await engine.run_ddl(_NEW_COLUMN[is_postgres()]):
        return
    for statement in _STATEMENTS:
        await engine.run_ddl(statement)


_STATEMENTS = (
    "ALTER TABLE recipient ADD COLUMN promise_due TIMESTAMPTZ",
    "ALTER TABLE recipient ADD COLUMN promise_reminded_at TIMESTAMPTZ",
    # app/domain/cases/lifecycle/promise_reminders.py looks for due promises.
    "CREATE INDEX recipient_promise ON recipient (promise_due) WHERE promise_due IS NOT NULL",
)
_NEW_COLUMN = {
    False: "SELECT 1 FROM pragma_table_info('recipient') WHERE name = 'promise_due'",
    True: "SELECT 1 FROM information_schema.columns WHERE table_name = 'recipient' AND column_name = 'promise_due'",
}
"""By is_postgres()."""
