"""The fields that can identify a citizen. Administrators edit them."""

from piccolo.columns import Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table


class CitizenField(Table):
    """A field that can identify a citizen.

    group: « identite » (always in the form), « autres » (offered there) or « demande » (when an organisation asks for
    it).
    """

    id: Serial
    label = Varchar(length=80, unique=True)
    group = Varchar(length=10)
    hint = Varchar(length=200)
    position = Integer()
    withdrawn_at = Timestamptz(null=True, default=None)
