"""Open sessions."""

from piccolo.columns import Boolean, ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.people import Person


class Session(Table):
    """ends_at: when the session ends, unless it is idle too long before. by_link: opened by an email link.
    second_factor: the login had a second factor. logout_hint: what ProConnect needs at logout, encrypted.
    token_hash: begins with a fingerprint of SECRET_KEY. reauthenticated_at: when identity was proved again.
    """

    id: Serial
    token_hash = Varchar(length=64, unique=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    ends_at = Timestamptz()
    remember = Boolean(default=False)
    browser = Varchar(length=120)
    by_link = Boolean(default=False)
    second_factor = Boolean(default=False)
    logout_hint = Text()
    reauthenticated_at = Timestamptz(null=True, default=None)
