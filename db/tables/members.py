"""Who belongs to which team, and who is invited to it."""

from piccolo.columns import Boolean, ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.people import Person
from db.tables.teams import Team


class Membership(Table):
    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade, index=True)
    manager = Boolean(default=False)


class Invitation(Table):
    """A place in a team, offered to an address with or without an account. Only the hash of its link is stored.

    When used_at is set, the person exists and is a member. Their details wait here until their first visit.
    invited_by: the person who sent it last, whose rights it depends on; null once their account is closed.
    """

    id: Serial
    reference = Varchar(length=16, unique=True)
    token_hash = Varchar(length=64)
    address = Varchar(length=254, index=True)
    first_name = Varchar(length=60)
    last_name = Varchar(length=60)
    function = Varchar(length=100)
    phone = Varchar(length=40)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade)
    invited_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null)
    invited_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
