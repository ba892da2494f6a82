"""Ready-made answers."""

from piccolo.columns import ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.people import Person
from db.tables.teams import Team


class Phrase(Table):
    """A ready-made answer of a team, edited by its managers, or of one person. Of both columns, one is null.

    answer: a PhraseAnswer (app/domain/catalogue/phrases.py). remind_days: working days until the reminder that it asks
    for; null for none.
    """

    id: Serial
    team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    title = Varchar(length=80)
    body = Text()
    answer = Varchar(length=20, default="message")
    remind_days = Integer(null=True, default=None)
    position = Integer()
    withdrawn_at = Timestamptz(null=True, default=None)
