"""A ready phrase carries an answer, and belongs to a team or to one person.

Existing phrases are plain messages of teams. A phrase of a person has no team: the former release, which runs beside
the new one while servers restart, shows the phrases of teams alone. SQLite cannot make a column nullable: the table is
made again.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import is_postgres
from db.schema_change import change_schema_once

ID = "2026-12-01T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ready phrases carry an answer, and may be of one person"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("phrase", "answer", (*_CHANGES[is_postgres()], _PERSON_INDEX))


_CHANGES = {
    False: (
        """CREATE TABLE phrase_again (
            id INTEGER NOT NULL PRIMARY KEY,
            team INTEGER REFERENCES team (id) ON DELETE CASCADE ON UPDATE CASCADE,
            title VARCHAR(80) NOT NULL DEFAULT '',
            body TEXT NOT NULL DEFAULT '',
            position INTEGER NOT NULL DEFAULT 0,
            withdrawn_at TIMESTAMPTZ,
            person INTEGER REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
            answer VARCHAR(20) NOT NULL DEFAULT 'message'
        )""",
        """INSERT INTO phrase_again (id, team, title, body, position, withdrawn_at)
            SELECT id, team, title, body, position, withdrawn_at FROM phrase""",
        "DROP TABLE phrase",
        "ALTER TABLE phrase_again RENAME TO phrase",
        "CREATE INDEX phrase_team ON phrase (team)",
    ),
    True: (
        "ALTER TABLE phrase ALTER COLUMN team DROP NOT NULL",
        "ALTER TABLE phrase ADD COLUMN person INTEGER REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE",
        "ALTER TABLE phrase ADD COLUMN answer VARCHAR(20) NOT NULL DEFAULT 'message'",
    ),
}
"""By is_postgres()."""
_PERSON_INDEX = "CREATE INDEX phrase_person ON phrase (person)"
