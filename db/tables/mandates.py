"""The citizen’s authorisation to open a case for them."""

from piccolo.columns import Date, ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.cases import Case
from db.tables.people import Person


class Mandate(Table):
    """The citizen’s authorisation. kind: « paper », « sms » or « phone ». signed_on: the day on which it was given.

    By SMS it is valid once the last SMS of the case is answered OUI, and signed_on stays empty.
    reason: why phone was the only possible way.
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, unique=True)
    kind = Varchar(length=5)
    signed_on = Date(null=True, default=None)
    reason = Text()
    attested_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    attested_at = Timestamptz()
