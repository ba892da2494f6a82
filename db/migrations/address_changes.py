"""An address changes once its mailboxes have confirmed it. An account can continue in another one of its person."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-03T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "addresses change by their mailboxes"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("email", "address_change", _STATEMENTS)


def _refer(table: str, deletion: str) -> str:
    return f"INTEGER REFERENCES {table} (id) ON DELETE {deletion} ON UPDATE CASCADE DEFAULT null"


_STATEMENTS = (
    f"""CREATE TABLE address_change (
        id :serial,
        person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
        former VARCHAR(254) NOT NULL DEFAULT '',
        address VARCHAR(254) NOT NULL DEFAULT '',
        joins {_refer("person", "CASCADE")},
        asked_by {_refer("person", "SET NULL")},
        reference VARCHAR(16) NOT NULL UNIQUE DEFAULT '',
        address_token_hash VARCHAR(64) NOT NULL DEFAULT '',
        former_token_hash VARCHAR(64) NOT NULL DEFAULT '',
        asked_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
        expires_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
        address_confirmed_at TIMESTAMPTZ,
        former_confirmed_at TIMESTAMPTZ,
        done_at TIMESTAMPTZ
    )""",
    "CREATE INDEX address_change_person ON address_change (person)",
    "CREATE INDEX address_change_joins ON address_change (joins)",
    "CREATE INDEX address_change_expires_at ON address_change (expires_at)",
    f"ALTER TABLE person ADD COLUMN merged_into {_refer('person', 'SET NULL')}",
    "CREATE INDEX person_merged_into ON person (merged_into)",
    f"ALTER TABLE email ADD COLUMN address_change {_refer('address_change', 'CASCADE')}",
)
