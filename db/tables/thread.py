"""What is written and done on a case, and how far each person has read it."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.cases import Case
from db.tables.people import Person
from db.tables.teams import Team


class Message(Table):
    """audience: « all », « internal » or « team »; reader_team is then the team that reads it. key: a repeated post
    counts once. mentions: the names in it that call a colleague, one a line. A message that was withdrawn, or taken
    away after it was read, has no body.
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    author = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.restrict)
    audience = Varchar(length=9, default="all")
    body = Text()
    posted_at = Timestamptz()
    key = Varchar(length=36)
    corrected_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    taken_away_at = Timestamptz(null=True, default=None)
    reader_team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    mentions = Text()


class AddressedTeam(Table):
    """A team that a message of the agents' side names. A message without any is for all (W2)."""

    id: Serial
    message = ForeignKey(Message, null=False, on_delete=OnDelete.cascade, index=True)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.restrict)


class Event(Table):
    """What happened to a case, in the order of commits. It is the thread, and the position from which a stream resumes.

    about: a reason, or what changed. other_team and other_person: who was brought in.
    """

    id = BigSerial(primary_key=True)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    kind = Varchar(length=12)
    actor = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict)
    team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.restrict)
    message = ForeignKey(Message, null=True, default=None, on_delete=OnDelete.cascade)
    audience = Varchar(length=9, default="all")
    happened_at = Timestamptz()
    about = Text()
    other_team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.restrict)
    other_person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict)


class ReadReceipt(Table):
    """The highest event of a case that was shown to a person.

    unread_after: the person marked the case by hand, and later events alone count as unread; null once they open it.
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    last_event = BigInt()
    read_at = Timestamptz()
    unread_after = BigInt(null=True, default=None)
