"""The organisations that answer cases, and those that open them."""

from piccolo.columns import ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.citizen_fields import CitizenField


class Organisation(Table):
    """kind: « operator » (its referents answer) or « helper » (its agents ask).
    notice: shown to agents when they choose the organisation.
    """

    id: Serial
    acronym = Varchar(length=30, unique=True)
    name = Varchar(length=120)
    kind = Varchar(length=8)
    asked_field = ForeignKey(CitizenField, null=True, default=None, on_delete=OnDelete.restrict)
    notice = Text()
    withdrawn_at = Timestamptz(null=True, default=None)
