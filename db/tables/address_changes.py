"""New addresses of accounts: those that wait for their confirmation, and those of the last week."""

from piccolo.columns import ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.people import Person


class AddressChange(Table):
    """A person's next address, with the links that confirm it; once done_at is set, what its emails still need.

    former: the address before. former_token_hash: empty where only the new mailbox confirms. joins: the account whose
    address is the new one already, which takes the person's account over.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    former = Varchar(length=254)
    address = Varchar(length=254)
    joins = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    asked_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null)
    reference = Varchar(length=16, unique=True)
    address_token_hash = Varchar(length=64)
    former_token_hash = Varchar(length=64)
    asked_at = Timestamptz()
    expires_at = Timestamptz(index=True)
    address_confirmed_at = Timestamptz(null=True, default=None)
    former_confirmed_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
