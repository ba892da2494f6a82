"""Cases, with what their author says of the citizen and the organisations that they tick."""

from uuid import uuid4

from piccolo.columns import UUID, BigInt, Boolean, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.areas import Area
from db.tables.catalogue import Category, Subject
from db.tables.organisations import Organisation
from db.tables.people import Person
from db.tables.teams import Team


class Case(Table, tablename="cases"):
    """status: written only in app/domain/cases, by conditional updates.

    last_event: the highest event that everyone on the case may read; it orders lists and shows what is unread.
    last_internal_event: the highest that only referents may read. next_side: « agent » while the agents' side is asked,
    « referent » while it waits, or empty once closed; each team has its own turn (participants.py).
    active_at: the last message or action that everyone may read. late_from: the earliest of its teams'. handled_at:
    once every concerned team announced « c'est traité ». author: null once the case is erased.
    status_before_closing, late_notices_sent: the release before this one reads them.
    suspended_at: set while the citizen’s consent is withdrawn by SMS.
    subject, description, urgency_reason: of any length in a draft; app/domain/cases/draft/steps.py checks them at
    sending.
    search_text: what everyone on the case finds, in clear; search_internal: what only referents find.
    number: unique; drawn at the sending (app/domain/case_number.py); cleared with the rest when the case is erased.
    search_version: how the search index was computed.
    """

    id = UUID(primary_key=True, default=uuid4)
    status = Varchar(length=10, index=True)
    status_before_closing = Varchar(length=10)
    author = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict, index=True)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.restrict, index=True)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict)
    mode = Varchar(length=6)
    category = ForeignKey(Category, null=True, default=None, on_delete=OnDelete.set_null)
    guided_subject = ForeignKey(Subject, null=True, default=None, on_delete=OnDelete.set_null)
    citizen_first_name = Text()
    citizen_last_name = Text()
    citizen_birth = Text()
    subject = Text()
    description = Text()
    urgent = Boolean(default=False)
    urgency_reason = Text()
    search_text = Text()
    started_at = Timestamptz()
    saved_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict)
    outcome = Varchar(length=20)
    last_event = BigInt(default=0, index=True)
    last_internal_event = BigInt(default=0)
    next_side = Varchar(length=8)
    active_at = Timestamptz(null=True, default=None)
    late_from = Timestamptz(null=True, default=None, index=True)
    late_notices_sent = Integer(default=0)
    handled_at = Timestamptz(null=True, default=None)
    suspended_at = Timestamptz(null=True, default=None)
    reminded_at = Timestamptz(null=True, default=None)
    erased_at = Timestamptz(null=True, default=None)
    search_internal = Text()
    number = Integer(null=True, default=None)
    search_version = Integer()


class CaseNumber(Table):
    """Each number that was drawn, so that no other case ever has it. It does not name the case."""

    id: Serial
    number = Integer(unique=True)


class CaseField(Table):
    """One more field about the citizen. unknown: « non connu » was answered."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    label = Varchar(length=80)
    value = Text()
    unknown = Boolean(default=False)
    position = Integer()


class CaseOrganisation(Table):
    """An organisation that was ticked in the wizard."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)
