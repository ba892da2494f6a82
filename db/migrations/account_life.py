"""The day of a person's last visit, and what becomes of an account that is not used or is closed.

The last visit of existing people is the last login of the audit log, which goes back a year. Dates of the closing of
accounts are unknown: the first run of the daily job sets them (app/domain/reorganisation/pseudonyms.py).
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import is_postgres
from db.schema_change import change_schema_once

ID = "2026-12-03T13:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "last visit, inactivity and closing of accounts"

_LAST_LOGIN = """SELECT max({day}) FROM audit_log
    WHERE audit_log.action = 'login' AND audit_log.person_id = person.id"""
_DAY = {False: "substr(happened_at, 1, 10)", True: "(happened_at AT TIME ZONE 'Europe/Paris')::date"}
"""By is_postgres(). SQLite knows no time zone: a login after midnight may count for the day before."""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    last_login = _LAST_LOGIN.format(day=_DAY[is_postgres()])
    statements = (
        "ALTER TABLE person ADD COLUMN last_seen_on DATE",
        "ALTER TABLE person ADD COLUMN idle_from DATE",
        "ALTER TABLE person ADD COLUMN closed_at TIMESTAMPTZ",
        "ALTER TABLE person ADD COLUMN erasure_asked_at TIMESTAMPTZ",
        "ALTER TABLE person ADD COLUMN pseudonymised_at TIMESTAMPTZ",
        f"UPDATE person SET last_seen_on = ({last_login})",  # noqa: S608 # nosec B608
        "UPDATE person SET idle_from = last_seen_on",
        """CREATE TABLE inactivity_notice (
            id :serial,
            person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
            kind VARCHAR(8) NOT NULL DEFAULT '',
            team INTEGER,
            sent_on DATE NOT NULL DEFAULT current_date
        )""",
        "CREATE INDEX inactivity_notice_person ON inactivity_notice (person)",
    )
    await change_schema_once("inactivity_notice", "sent_on", statements)
