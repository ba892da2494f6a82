"""An email that a recipient refuses differs from an outage, and the mailbox that refuses it is known.

Emails that wait have no failure yet: the next attempt says which one. A login link asked for before shows no address.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-03T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "mailboxes that refuse emails are known"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("undelivered", "notified_at", _STATEMENTS)


_STATEMENTS = (
    "ALTER TABLE login_link ADD COLUMN typed_here BOOLEAN NOT NULL DEFAULT false",
    "ALTER TABLE email ADD COLUMN failure VARCHAR(9) NOT NULL DEFAULT ''",
    "ALTER TABLE email ADD COLUMN failed_at TIMESTAMPTZ",
    "ALTER TABLE email ADD COLUMN sent_as UUID",
    # app/domain/email/post_office.py looks for the last failures, and for the last email that left.
    "CREATE INDEX email_failed_at ON email (failed_at) WHERE failed_at IS NOT NULL",
    "CREATE INDEX email_accepted ON email (sent_at) WHERE state = 'sent'",
    # A bounce names the digest that left, which is several rows.
    "CREATE INDEX email_sent_as ON email (sent_as) WHERE sent_as IS NOT NULL",
    """CREATE TABLE undelivered (
    id :serial,
    person INTEGER UNIQUE REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    team INTEGER REFERENCES team (id) ON DELETE CASCADE ON UPDATE CASCADE,
    reason VARCHAR(9) NOT NULL DEFAULT '',
    by_bounce BOOLEAN NOT NULL DEFAULT false,
    since TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    lifted_at TIMESTAMPTZ,
    notified_at TIMESTAMPTZ
)""",
    "CREATE INDEX undelivered_team ON undelivered (team)",
)
