"""Notes that one team alone reads, and colleagues that a message names. Every existing row keeps its values.

The SQL is in team_notes_*.sql, frozen with this migration. The triggers that keep a recipient's last event count its
team's notes too.
"""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-12-01T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "notes of one team, and colleagues named in a message"

_FOLDER = Path(__file__).parent


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    """A blank line ends a statement. Piccolo records a migration after it: after a kill in between, all is there."""
    engine = get_current_engine()
    if await engine.run_ddl(_NEW_COLUMN[is_postgres()]):
        return
    names = ("tables", "postgresql" if is_postgres() else "sqlite")
    text = "\n\n".join((_FOLDER / f"team_notes_{name}.sql").read_text().strip() for name in names)
    for statement in text.split("\n\n"):
        await engine.run_ddl(statement)


_NEW_COLUMN = {
    False: "SELECT 1 FROM pragma_table_info('message') WHERE name = 'reader_team'",
    True: "SELECT 1 FROM information_schema.columns WHERE table_name = 'message' AND column_name = 'reader_team'",
}
"""By is_postgres()."""
