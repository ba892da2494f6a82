"""The emails to send."""

from uuid import uuid4

from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.address_changes import AddressChange
from db.tables.cases import Case
from db.tables.login import LoginLink
from db.tables.members import Invitation
from db.tables.people import Person
from db.tables.signup import Signup
from db.tables.teams import Team
from db.tables.thread import Message


class Email(Table):
    """The outbox, written in the transaction of what it reports and sent afterwards. It stores no text and no address.

    team without person: the email goes to the team’s shared address. Both: it is about a person who joins the team.
    share: what the case is to the person (app/domain/email/shares.py). Empty for any other email, and for those that
    the release before this one queued: they follow the first choice.
    message: what the email is about, where its kind does not say who may read it.
    slot: the time at which a person’s emails leave as one; null when it leaves alone.
    state: « waiting », « sent », « cancelled », « failed » after three days, « bounced » by its recipient, « held ».
    failure, failed_at: the last attempt that failed (app/domain/email/failure.py); empty once it is sent.
    sent_as: the id of the digest in which it left; null when it left alone.
    """

    id = UUID(primary_key=True, default=uuid4)
    kind = Varchar(length=12)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.cascade)
    team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.cascade)
    case = ForeignKey(Case, null=True, default=None, on_delete=OnDelete.cascade)
    login_link = ForeignKey(LoginLink, null=True, default=None, on_delete=OnDelete.cascade)
    invitation = ForeignKey(Invitation, null=True, default=None, on_delete=OnDelete.cascade)
    signup = ForeignKey(Signup, null=True, default=None, on_delete=OnDelete.cascade)
    address_change = ForeignKey(AddressChange, null=True, default=None, on_delete=OnDelete.cascade)
    state = Varchar(length=9, default="waiting", index=True)
    written_at = Timestamptz()
    due_at = Timestamptz()
    slot = Timestamptz(null=True, default=None)
    sent_at = Timestamptz(null=True, default=None)
    attempts = Integer(default=0)
    share = Varchar(length=10)
    message = ForeignKey(Message, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    failure = Varchar(length=9)
    failed_at = Timestamptz(null=True, default=None)
    sent_as = UUID(null=True, default=None)
