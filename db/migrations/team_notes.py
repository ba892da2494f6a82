"""Notes that one team alone reads, and colleagues that a message names. Every existing row keeps its values.

The SQL is in team_notes_*.sql, frozen with this migration. The triggers that keep a recipient's last event count its
team's notes too.
"""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import is_postgres
from db.schema_change import change_schema_once, read_statements

ID = "2026-12-01T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "notes of one team, and colleagues named in a message"

_FOLDER = Path(__file__).parent


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("message", "reader_team", _list_statements())


def _list_statements() -> list[str]:
    names = ("tables", "postgresql" if is_postgres() else "sqlite")
    return read_statements(*(_FOLDER / f"team_notes_{name}.sql" for name in names))
