"""A referent sets a case aside, marks it read or unread, and has a count for each view of the list.

The SQL is in working_together_tables.sql, frozen with this migration.
"""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-12-01T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "cases set aside, marked unread, and counted by view"

_TABLES = Path(__file__).with_name("working_together_tables.sql")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    """In Piccolo's transaction. Piccolo records a migration after it: after a kill in between, the table is there."""
    engine = get_current_engine()
    if await engine.run_ddl(_NEW_TABLE[is_postgres()]):
        return
    text = _TABLES.read_text().strip()
    for name, kind in _KINDS[is_postgres()].items():
        text = text.replace(name, kind)
    for statement in text.split("\n\n"):
        await engine.run_ddl(statement)


_KINDS = {
    False: {":serial": "INTEGER NOT NULL PRIMARY KEY", ":bigint": "INTEGER"},
    True: {":serial": "SERIAL PRIMARY KEY", ":bigint": "BIGINT"},
}
_NEW_TABLE = {
    False: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'set_aside'",
    True: "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = 'set_aside'",
}
"""By is_postgres()."""
