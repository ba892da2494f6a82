"""What proves a second factor: an authenticator app, or a recovery code."""

from piccolo.columns import BigInt, ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.people import Person


class SecondFactor(Table):
    """The secret shared with a person’s authenticator, encrypted (db/encryption.py).

    last_step: the half minute of the last accepted code. No code of this half minute or before is accepted.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, unique=True)
    secret = Text()
    last_step = BigInt()
    since = Timestamptz()


class RecoveryCode(Table):
    """Replaces a lost phone, once. Only its HMAC is stored."""

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    code_hash = Varchar(length=64)
    used_at = Timestamptz(null=True, default=None)
