"""When a person is away."""

from piccolo.columns import Date, ForeignKey, OnDelete, Serial, Timestamptz
from piccolo.table import Table

from db.tables.people import Person


class Absence(Table):
    """The present or next absence of a person, without its reason (app/domain/absences/).

    begins_at, ends_at: the first and the last day as moments, by the time of the person's territory when they were
    chosen. Queries compare moments, pages show days.
    replacement: counts while they are an active colleague of the person.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, unique=True)
    replacement = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null)
    first_day = Date()
    last_day = Date()
    begins_at = Timestamptz()
    ends_at = Timestamptz(index=True)
