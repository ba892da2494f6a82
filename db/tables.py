"""Columns, keys and indexes; no behaviour. Names are GLOSSARY.md's.

Every foreign key says its nullability and what a deletion does: Piccolo's defaults (nullable, CASCADE) are traps.
Lengths are enforced at the edge (app/routes/forms.py): SQLite forgives what PostgreSQL refuses.
"""

from uuid import uuid4

from piccolo.columns import (
    UUID,
    BigInt,
    BigSerial,
    Boolean,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table


class Area(Table):
    """A department. The code is INSEE's: « 46 », « 2A », « 974 »."""

    code = Varchar(length=3, primary_key=True)
    name = Varchar(length=60)


class CitizenField(Table):
    """A label for what identifies a citizen; group is « identite » or « autres »."""

    id: Serial
    label = Varchar(length=80, unique=True)
    group = Varchar(length=10)
    hint = Varchar(length=200)
    position = Integer()


class Organisation(Table):
    """kind is « operator » (its referents answer) or « helper » (its agents ask)."""

    id: Serial
    acronym = Varchar(length=30, unique=True)
    name = Varchar(length=120)
    kind = Varchar(length=8)
    asked_field = ForeignKey(CitizenField, null=True, default=None, on_delete=OnDelete.restrict)


class Category(Table):
    id: Serial
    name = Varchar(length=60, unique=True)
    description = Varchar(length=200)
    position = Integer()


class CategoryOrganisation(Table):
    id: Serial
    category = ForeignKey(Category, null=False, on_delete=OnDelete.cascade)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)
    position = Integer()


class Subject(Table):
    id: Serial
    category = ForeignKey(Category, null=False, on_delete=OnDelete.restrict)
    name = Varchar(length=120)
    position = Integer()


class SubjectOrganisation(Table):
    id: Serial
    subject = ForeignKey(Subject, null=False, on_delete=OnDelete.cascade)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)
    position = Integer()


class Team(Table):
    """registry_number is the matricule of the France Services list.

    contact_address is for reading on a page: no letter is ever sent to it.
    """

    id: Serial
    name = Varchar(length=200)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)
    registry_number = Varchar(length=20, null=True, default=None, unique=True)
    street = Varchar(length=250)
    postal_code = Varchar(length=5)
    commune = Varchar(length=100)
    contact_address = Varchar(length=254)
    phone = Varchar(length=40)


class TeamArea(Table):
    id: Serial
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict)


class Person(Table):
    """platform_role: « member » (their teams say what they may do), « expert », « supervisor » or « admin »."""

    id: Serial
    address = Varchar(length=254, unique=True)
    first_name = Varchar(length=60)
    last_name = Varchar(length=60)
    function = Varchar(length=100)
    platform_role = Varchar(length=10, default="member")
    active = Boolean(default=True)
    created_at = Timestamptz()


class Supervision(Table):
    """The territories whose figures a supervisor sees."""

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict)


class Membership(Table):
    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade)
    manager = Boolean(default=False)


class LoginRequest(Table):
    """One asked-for link. Only hashes: a stolen database opens no session."""

    id: Serial
    reference = Varchar(length=16, unique=True)
    token_hash = Varchar(length=64)
    browser_hash = Varchar(length=64, index=True)
    code_hash = Varchar(length=64)
    address = Varchar(length=254)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.cascade)
    remember = Boolean(default=False)
    next_path = Varchar(length=500)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
    tries = Integer(default=0)


class Session(Table):
    """idle_after and ends_at are both ends: whichever comes first."""

    id: Serial
    token_hash = Varchar(length=64, unique=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    ends_at = Timestamptz()
    remember = Boolean(default=False)
    browser = Varchar(length=120)


class Case(Table, tablename="cases"):
    """status is written by app/domain/cases alone, by conditional update.

    last_event is the highest event that every party may read: it orders lists and says what is unread.
    next_side is who is expected to write: « referent », « agent », or empty once closed.
    """

    id = UUID(primary_key=True, default=uuid4)
    status = Varchar(length=10, index=True)
    status_before_closing = Varchar(length=10)
    author = ForeignKey(Person, null=False, on_delete=OnDelete.restrict, index=True)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.restrict, index=True)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict)
    mode = Varchar(length=6)
    category = ForeignKey(Category, null=True, default=None, on_delete=OnDelete.set_null)
    guided_subject = ForeignKey(Subject, null=True, default=None, on_delete=OnDelete.set_null)
    citizen_first_name = Varchar(length=100)
    citizen_last_name = Varchar(length=100)
    citizen_birth = Varchar(length=60)
    subject = Varchar(length=200)
    description = Text()
    urgent = Boolean(default=False)
    urgency_reason = Varchar(length=500)
    search_text = Text()
    started_at = Timestamptz()
    saved_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict)
    outcome = Varchar(length=20)
    last_event = BigInt(default=0, index=True)
    next_side = Varchar(length=8)


class CaseField(Table):
    """A further field about the citizen; unknown means « non connu » was answered."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    label = Varchar(length=80)
    value = Varchar(length=200)
    unknown = Boolean(default=False)
    position = Integer()


class CaseOrganisation(Table):
    """The organisations chosen in the wizard."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)


class Recipient(Table):
    """A team that received the case; seen_at is when the first of its referents opened it."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.restrict, index=True)
    joined_at = Timestamptz()
    seen_at = Timestamptz(null=True, default=None)


class Guest(Table):
    """A person invited to one case: a colleague, or an expert of the platform."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    invited_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    invited_at = Timestamptz()


class Message(Table):
    """audience is « all » or « operators »; key makes a repeated post count once."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    author = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.restrict)
    audience = Varchar(length=9, default="all")
    body = Text()
    posted_at = Timestamptz()
    key = Varchar(length=36)


class Event(Table):
    """What happened to a case, in the order of commits: the thread, and what a stream resumes from."""

    id = BigSerial(primary_key=True)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    kind = Varchar(length=12)
    actor = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict)
    team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.restrict)
    message = ForeignKey(Message, null=True, default=None, on_delete=OnDelete.cascade)
    audience = Varchar(length=9, default="all")
    happened_at = Timestamptz()


class Reading(Table):
    """How far a person has read a case: the highest event shown to them."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    last_event = BigInt()
    read_at = Timestamptz()


class SurveyTally(Table):
    """How many chose an answer in a month. Sums only: there is no row of one person's answers."""

    id: Serial
    month = Varchar(length=7)
    question = Varchar(length=12)
    answer = Varchar(length=12)
    total = Integer(default=0)


class SurveyTicket(Table):
    """A keyed digest of a case already surveyed: says « once », and leads back to nothing without the key."""

    digest = Varchar(length=64, primary_key=True)


class Letter(Table):
    """The outbox: written in the transaction of what it tells, sent after it. Holds no text and no address."""

    id = UUID(primary_key=True, default=uuid4)
    kind = Varchar(length=12)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.cascade)
    case = ForeignKey(Case, null=True, default=None, on_delete=OnDelete.cascade)
    login_request = ForeignKey(LoginRequest, null=True, default=None, on_delete=OnDelete.cascade)
    state = Varchar(length=9, default="waiting", index=True)
    written_at = Timestamptz()
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = Integer(default=0)


class Audit(Table):
    """Who did what, when: numbers only, no content, no foreign key (it outlives what it names)."""

    id = BigSerial(primary_key=True)
    happened_at = Timestamptz()
    action = Varchar(length=20)
    person_id = Integer(null=True, default=None)
    case_id = UUID(null=True, default=None)


UNIQUE_TOGETHER = (
    (CategoryOrganisation.category, CategoryOrganisation.organisation),
    (Subject.category, Subject.name),
    (SubjectOrganisation.subject, SubjectOrganisation.organisation),
    (TeamArea.team, TeamArea.area),
    (Supervision.person, Supervision.area),
    (Membership.person, Membership.team),
    (CaseField.case, CaseField.label),
    (CaseOrganisation.case, CaseOrganisation.organisation),
    (Recipient.case, Recipient.team),
    (Guest.case, Guest.person),
    (Message.case, Message.author, Message.key),
    (Reading.case, Reading.person),
    (SurveyTally.month, SurveyTally.question, SurveyTally.answer),
)
"""Kept by unique indexes made in the migrations: Piccolo's constraints do not exist on SQLite."""
