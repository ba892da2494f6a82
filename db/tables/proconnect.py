"""Login by ProConnect."""

from piccolo.columns import ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.people import Person


class ProviderIdentity(Table):
    """The one ProConnect identity that opens this account, since its first login.

    subject_hash: SHA-256 of the issuer and the person’s `sub`.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, unique=True)
    subject_hash = Varchar(length=64, unique=True)
    since = Timestamptz()


class ProviderLogin(Table):
    """A login that was sent to ProConnect. It can return once, in the same browser. Only hashes are stored."""

    id: Serial
    state_hash = Varchar(length=64, unique=True)
    browser_hash = Varchar(length=64)
    next_path = Varchar(length=500)
    expires_at = Timestamptz(index=True)
