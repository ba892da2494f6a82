"""Each recipient team has its own turn, clock and answers. Existing cases get theirs from their events.

The SQL is in teams_apart_*.sql, frozen with this migration. Of the teams of an open case:

| the team                                             | after the migration                                     |
|------------------------------------------------------|---------------------------------------------------------|
| has answered since the agents last wrote             | has no turn                                             |
| said « non pertinente »                              | has no turn, unless the agents wrote since, while no    |
|                                                      | other team was concerned                                |
| has not answered since, and no other team did        | has the turn, with the clock of the case                |
| has not answered since, and another team did         | has the turn, with a clock of five days from now on: a  |
|                                                      | silence that was hidden is not late at once             |
| transferred the case, or is closed                   | has stepped out: its row is made again from the events  |
| is on a suspended case                               | has no turn                                             |

A case of one team keeps its status, turn, clock and « c'est traité ». A closed case has no turn; an erased case, and a
withdrawn one, stay as they are.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-11-28T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "each recipient team has its own turn, clock and answers"

_FOLDER = Path(__file__).parent
_FRESH_CLOCK = timedelta(days=5)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    """In Piccolo's transaction. Piccolo records a migration after it: after a kill in between, the table is there."""
    engine, now = get_current_engine(), datetime.now(UTC)
    if await engine.run_ddl(_NEW_TABLE[is_postgres()]):
        return
    values = {":now": f"'{now}'", ":fresh_clock": f"'{now + _FRESH_CLOCK}'"}
    for statement in _read_statements():
        for name, value in values.items():
            statement = statement.replace(name, value)
        await engine.run_ddl(statement)


def _read_statements() -> list[str]:
    """A blank line ends a statement. The triggers come first: those of before copy the turn of a case to its teams."""
    names = ("tables", "postgresql" if is_postgres() else "sqlite", "rows")
    text = "\n\n".join((_FOLDER / f"teams_apart_{name}.sql").read_text().strip() for name in names)
    return text.split("\n\n")


_NEW_TABLE = {
    False: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'addressed_team'",
    True: "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = 'addressed_team'",
}
"""By is_postgres()."""
