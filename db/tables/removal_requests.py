"""The messages and files that one person asks to take away from a case."""

from piccolo.columns import ForeignKey, OnDelete, Serial, Text, Timestamptz
from piccolo.table import Table

from db.tables.attachments import Attachment
from db.tables.cases import Case
from db.tables.people import Person
from db.tables.thread import Message


class RemovalRequest(Table):
    """A message, or a file, until a second person confirms its removal or refuses it. One of both is set."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    message = ForeignKey(Message, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    attachment = ForeignKey(Attachment, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    asked_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    asked_at = Timestamptz()
    reason = Text()
