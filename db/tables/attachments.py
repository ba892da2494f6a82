"""The files of cases, mandates and messages."""

from uuid import uuid4

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.cases import Case
from db.tables.people import Person
from db.tables.teams import Team
from db.tables.thread import Message


class Attachment(Table):
    """A file of a case (message is null), of its mandate, or of a message. Its bytes are in the attachments’ folder.

    Before posted_at only its uploader sees it. received_bytes: how many of its `size` bytes are durable.
    digest: the SHA-256 of the bytes, encrypted; empty until the upload is complete.
    reader_team: before posted_at, the team for which a file of « team » was chosen; then its message says it.
    media_type: detected from the content. scan: « none », « waiting », « clean », « infected » or « failed ».
    cleaning, for an image stored before 2026-11-26: « none », « waiting », « refused », « absent » or « unread ».
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    message = ForeignKey(Message, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    mandate = Boolean(default=False)
    audience = Varchar(length=9, default="all")
    reader_team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.set_null)
    uploader = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    name = Text()
    media_type = Varchar(length=100)
    size = Integer()
    received_bytes = Integer(default=0)
    digest = Text()
    scan = Varchar(length=8, default="none", index=True)
    cleaning = Varchar(length=8, default="none", index=True)
    begun_at = Timestamptz()
    posted_at = Timestamptz(null=True, default=None)
