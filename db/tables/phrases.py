"""Ready-made answers."""

from piccolo.columns import ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.teams import Team


class Phrase(Table):
    """A ready-made answer of a team, edited by its managers."""

    id: Serial
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade, index=True)
    title = Varchar(length=80)
    body = Text()
    position = Integer()
    withdrawn_at = Timestamptz(null=True, default=None)
