"""Mailboxes that emails do not reach."""

from piccolo.columns import Boolean, ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.people import Person
from db.tables.teams import Team


class Undelivered(Table):
    """The mailbox of a person, or the shared address of a team, refuses emails (app/domain/email/undelivered.py).

    One row for each, with a person or a team. lifted_at: emails arrive again. The row stays, so that managers are
    notified once. by_bounce: a bounce said it, after the relay had accepted the email.
    """

    id: Serial
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.cascade, unique=True)
    team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    reason = Varchar(length=9)
    by_bounce = Boolean(default=False)
    since = Timestamptz()
    lifted_at = Timestamptz(null=True, default=None)
    notified_at = Timestamptz(null=True, default=None)
