"""Tables: columns, keys and indexes, without behaviour. GLOSSARY.md defines the names.

Every foreign key states its nullability and its effect on deletion, because Piccolo’s defaults (nullable, CASCADE) are
unsafe. Lengths are checked in forms (app/routes/forms.py): SQLite does not enforce them. ENCRYPTED_COLUMNS lists the
columns that are stored encrypted.
"""

from uuid import uuid4

from piccolo.columns import (
    UUID,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
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
    """A department, under its INSEE code: « 46 », « 2A », « 974 ». An empty contact_address: no local contact."""

    code = Varchar(length=3, primary_key=True)
    name = Varchar(length=60)
    contact_name = Varchar(length=100)
    contact_address = Varchar(length=254)
    contact_phone = Varchar(length=40)


class CitizenField(Table):
    """A field that can identify a citizen.

    group: « identite » (always in the form), « autres » (offered there) or « demande » (when an organisation asks for
    it).
    withdrawn_at, here and below: not offered any more, and kept where it was used.
    """

    id: Serial
    label = Varchar(length=80, unique=True)
    group = Varchar(length=10)
    hint = Varchar(length=200)
    position = Integer()
    withdrawn_at = Timestamptz(null=True, default=None)


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


class Category(Table):
    id: Serial
    name = Varchar(length=60, unique=True)
    description = Varchar(length=200)
    position = Integer()
    withdrawn_at = Timestamptz(null=True, default=None)


class CategoryOrganisation(Table):
    id: Serial
    category = ForeignKey(Category, null=False, on_delete=OnDelete.cascade)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)
    position = Integer()


class Subject(Table):
    """procedure: the standard steps to try before writing to an organisation."""

    id: Serial
    category = ForeignKey(Category, null=False, on_delete=OnDelete.restrict)
    name = Varchar(length=120)
    position = Integer()
    procedure = Text()
    withdrawn_at = Timestamptz(null=True, default=None)


class SubjectOrganisation(Table):
    id: Serial
    subject = ForeignKey(Subject, null=False, on_delete=OnDelete.cascade)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)
    position = Integer()


class Team(Table):
    """registry_number: the number in the list of France Services offices.

    contact_address: only shown on a page. shared_address: receives the team’s emails.
    closed_at: a closed team has no members. merged_into: the team that replaced it.
    sort_name and search_text are written by app/domain/search/people_and_teams.py.
    """

    id: Serial
    name = Varchar(length=200)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict, index=True)
    registry_number = Varchar(length=20, null=True, default=None, unique=True)
    street = Varchar(length=250)
    postal_code = Varchar(length=5)
    commune = Varchar(length=100)
    contact_address = Varchar(length=254)
    phone = Varchar(length=40)
    shared_address = Varchar(length=254)
    closed_at = Timestamptz(null=True, default=None)
    merged_into: "ForeignKey[Team]" = ForeignKey("self", null=True, default=None, on_delete=OnDelete.set_null)
    sort_name = Varchar(length=200, index=True)
    search_text = Text()


class TeamArea(Table):
    id: Serial
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict, index=True)


class TeamRefusal(Table):
    """An organisation whose teams may not write to this team. Without a row they may."""

    id: Serial
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.cascade)


class Person(Table):
    """platform_role: « member » (their teams decide what they may do), « expert », « supervisor » or « admin ».
    email_frequency: when their emails are sent (app/domain/email/schedule.py). password_hash: empty, or argon2id.
    signature: shown under the messages of a shared account. shortcuts: commands of one key are on.
    sort_name and search_text are written by app/domain/search/people_and_teams.py.
    """

    id: Serial
    address = Varchar(length=254, unique=True)
    first_name = Varchar(length=60)
    last_name = Varchar(length=60)
    function = Varchar(length=100)
    platform_role = Varchar(length=10, default="member")
    active = Boolean(default=True)
    created_at = Timestamptz()
    phone = Varchar(length=40)
    email_frequency = Varchar(length=8, default="at_once")
    password_hash = Varchar(length=200)
    terms_accepted_at = Timestamptz(null=True, default=None)
    signature = Varchar(length=100)
    shortcuts = Boolean(default=True)
    sort_name = Varchar(length=200, index=True)
    search_text = Text()


class CatalogueChange(Table):
    """kind and entry identify the entry. before and after: the changed fields, as JSON; before is empty for a new
    entry.
    undoes: the change that this one reverts.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(length=12)
    entry = Integer(index=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    changed_at = Timestamptz()
    before = Text()
    after = Text()
    undoes = BigInt(null=True, default=None)


class Platform(Table):
    """The single row, id 1. banner_kind: « info » or « warning ». maintenance_since: nothing may be written since."""

    id = Integer(primary_key=True)
    banner = Varchar(length=500)
    banner_kind = Varchar(length=7, default="info")
    banner_from = Timestamptz(null=True, default=None)
    banner_until = Timestamptz(null=True, default=None)
    maintenance_since = Timestamptz(null=True, default=None)


class Supervision(Table):
    """An area whose statistics a supervisor sees."""

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict)


class Membership(Table):
    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade, index=True)
    manager = Boolean(default=False)


class Invitation(Table):
    """A place in a team, offered to an address with or without an account. Only the hash of its link is stored.

    When used_at is set, the person exists and is a member. Their details wait here until their first visit.
    invited_by: the person who sent it last, whose rights it depends on; null once their account is closed.
    """

    id: Serial
    reference = Varchar(length=16, unique=True)
    token_hash = Varchar(length=64)
    address = Varchar(length=254, index=True)
    first_name = Varchar(length=60)
    last_name = Varchar(length=60)
    function = Varchar(length=100)
    phone = Varchar(length=40)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade)
    invited_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null)
    invited_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class Signup(Table):
    """state: « waiting », « accepted », « refused », or « known »: the address has an account, and it is listed
    nowhere.

    team_name: the structure, as the applicant typed it. answer: why the request was refused.
    """

    id: Serial
    address = Varchar(length=254, index=True)
    first_name = Varchar(length=60)
    last_name = Varchar(length=60)
    function = Varchar(length=100)
    phone = Varchar(length=40)
    organisation = ForeignKey(Organisation, null=True, default=None, on_delete=OnDelete.set_null)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict)
    team_name = Varchar(length=200)
    reason = Varchar(length=1000)
    asked_at = Timestamptz()
    state = Varchar(length=8, default="waiting", index=True)
    decided_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null)
    decided_at = Timestamptz(null=True, default=None)
    answer = Varchar(length=1000)


class LoginLink(Table):
    """One requested login link. Only hashes are stored, so that a stolen database opens no session."""

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


class PendingLogin(Table):
    """A login that lacks its second factor. Only the browser that began it can continue.

    by_link and logout_hint are copied to the session. subject_hash: the identity to link to the account.
    """

    id: Serial
    browser_hash = Varchar(length=64, index=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    remember = Boolean(default=False)
    next_path = Varchar(length=500)
    by_link = Boolean(default=False)
    logout_hint = Text()
    subject_hash = Varchar(length=64)
    expires_at = Timestamptz()
    tries = Integer(default=0)


class SecondFactor(Table):
    """The secret shared with a person’s authenticator, encrypted (db/encryption.py).

    last_step: the half minute of the last accepted code. No code of this half minute or before is accepted.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, unique=True)
    secret = Text()
    last_step = BigInt()
    since = Timestamptz()


class RecoveryCode(Table):
    """Replaces a lost phone, once. Only its HMAC is stored."""

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    code_hash = Varchar(length=64)
    used_at = Timestamptz(null=True, default=None)


class ProviderIdentity(Table):
    """The one ProConnect identity that opens this account, since its first login.

    subject_hash: SHA-256 of the issuer and the person’s `sub`.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, unique=True)
    subject_hash = Varchar(length=64, unique=True)
    since = Timestamptz()


class ProviderLogin(Table):
    """A login that was sent to ProConnect. It can return once, in the same browser. Only hashes are stored."""

    id: Serial
    state_hash = Varchar(length=64, unique=True)
    browser_hash = Varchar(length=64)
    next_path = Varchar(length=500)
    expires_at = Timestamptz(index=True)


class Session(Table):
    """ends_at: when the session ends, unless it is idle too long before. by_link: opened by an email link.
    second_factor: the login had a second factor. logout_hint: what ProConnect needs at logout, encrypted.
    token_hash: begins with a fingerprint of SECRET_KEY. reauthenticated_at: when identity was proved again.
    """

    id: Serial
    token_hash = Varchar(length=64, unique=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    ends_at = Timestamptz()
    remember = Boolean(default=False)
    browser = Varchar(length=120)
    by_link = Boolean(default=False)
    second_factor = Boolean(default=False)
    logout_hint = Text()
    reauthenticated_at = Timestamptz(null=True, default=None)


class Case(Table, tablename="cases"):
    """status: written only in app/domain/cases, by conditional updates.

    last_event: the highest event that everyone on the case may read; it orders lists and shows what is unread.
    last_internal_event: the highest that only referents may read. next_side: « referent », « agent », or empty once
    closed.
    active_at: the last message or action that everyone may read. late_from: when an answer becomes overdue.
    handled_at: when a referent announced « c'est traité ». author: null once the case is erased.
    suspended_at: set while the citizen’s consent is withdrawn by SMS.
    subject, description, urgency_reason: of any length in a draft; app/domain/cases/draft/steps.py checks them at
    sending.
    search_text: what everyone on the case finds, in clear; search_internal: what only referents find.
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


class AreaStatistics(Table):
    """The stored statistics of an area (app/domain/cases/statistics/cache.py).

    counts: JSON, organisation (0 for the area itself) -> numbers. valid_until: when they change by time alone.
    A migration that adds a number must empty this table: missing rows are counted again.
    """

    area = Varchar(length=3, primary_key=True)
    counted_at = Timestamptz()
    valid_until = Timestamptz(null=True, default=None)
    counts = Text()


class AreaChange(Table):
    """An area changed since its last count: triggers write a row (db/migrations/figures_marked.py).

    It has no foreign key: each change writes a row, and areas are never deleted.
    """

    id = BigSerial(primary_key=True)
    area = Varchar(length=3, index=True)


class CaseField(Table):
    """One more field about the citizen. unknown: « non connu » was answered."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    label = Varchar(length=80)
    value = Text()
    unknown = Boolean(default=False)
    position = Integer()


class SearchToken(Table):
    """The HMAC of a word or number of the citizen, by which a case is found.

    key_id: the key of the HMAC. A rotation computes the tokens again (app/domain/cases/inbox/search_index.py).
    """

    id = BigSerial(primary_key=True)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    token = BigInt(index=True)
    key_id = Varchar(length=20, index=True)


class CaseOrganisation(Table):
    """An organisation that was ticked in the wizard."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)


class Recipient(Table):
    """A team that received the case. seen_at: when the first of its referents opened it.

    taken_by: who announced « je m'en occupe ». irrelevant_at: when the team announced « non pertinente ».
    open (null once erased), last_event and next_side: copied from the case by triggers, so that lists read this table
    only (db/migrations/recipients_in_order_kept.py).
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.restrict, index=True)
    joined_at = Timestamptz()
    seen_at = Timestamptz(null=True, default=None)
    taken_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null)
    irrelevant_at = Timestamptz(null=True, default=None)
    open = Boolean(null=True, default=None)
    last_event = BigInt(default=0)
    next_side = Varchar(length=8)


class Guest(Table):
    """A person invited to one case: a colleague, or an expert of the platform."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    invited_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    invited_at = Timestamptz()


class Message(Table):
    """audience: « all » or « internal ». key: a repeated post counts once. A withdrawn message has no body."""

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
    """The highest event of a case that was shown to a person."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    last_event = BigInt()
    read_at = Timestamptz()


class MessageDraft(Table):
    """A message that was typed on a case and not sent. internal: for referents only."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    body = Text()
    internal = Boolean(default=False)
    saved_at = Timestamptz()


class FormSave(Table):
    """What one opened page last saved of a form. form_name: « message », or the step of a draft.

    page: the form’s key. revision: the number of saves of that page. is_current: the draft has these values.
    content: the fields as JSON, empty once another page that showed them has replaced them.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    form_name = Varchar(length=12)
    page = Varchar(length=36)
    revision = Integer(default=0)
    is_current = Boolean(default=False)
    content = Text()
    saved_at = Timestamptz()


class Mandate(Table):
    """The citizen’s authorisation. kind: « paper », « sms » or « phone ». signed_on: the day on which it was given.

    By SMS it is valid once the last SMS of the case is answered OUI, and signed_on stays empty.
    reason: why phone was the only possible way.
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, unique=True)
    kind = Varchar(length=5)
    signed_on = Date(null=True, default=None)
    reason = Text()
    attested_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    attested_at = Timestamptz()


class PendingChoices(Table):
    """Answers of a draft without effect yet: a choice before « Continuer », the fields of other kinds of mandate.

    choices: JSON, name of the wizard’s field -> value.
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, unique=True)
    choices = Text()


class Sms(Table):
    """An SMS that asks a citizen for their mandate, written before it is sent. phone: in E.164, « +33612345678 ».

    phone_token: the HMAC by which the number is found. state: « waiting », « sent » or « failed ».
    original_sms: the SMS to which this one asks for a clearer answer; the answer belongs to the original.
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    phone = Text()
    phone_token = BigInt(default=0, index=True)
    body = Text()
    state = Varchar(length=7, default="waiting", index=True)
    written_at = Timestamptz()
    due_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    attempts = Integer(default=0)
    original_sms = UUID(null=True, default=None)


class SmsReply(Table):
    """A citizen’s answer. reference: a digest of the provider’s own, so that a repeated delivery counts once."""

    id: Serial
    sms = ForeignKey(Sms, null=False, on_delete=OnDelete.cascade, index=True)
    reference = Varchar(length=64, unique=True)
    body = Text()
    received_at = Timestamptz()


class Attachment(Table):
    """A file of a case (message is null), of its mandate, or of a message. Its bytes are in the attachments’ folder.

    Before posted_at only its uploader sees it. received_bytes: how many of its `size` bytes are durable.
    digest: the SHA-256 of the bytes, encrypted; empty until the upload is complete.
    media_type: detected from the content. scan: « none », « waiting », « clean », « infected » or « failed ».
    cleaning, for an image stored before 2026-11-26: « none », « waiting », « refused », « absent » or « unread ».
    """

    id = UUID(primary_key=True, default=uuid4)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    message = ForeignKey(Message, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    mandate = Boolean(default=False)
    audience = Varchar(length=9, default="all")
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


class Phrase(Table):
    """A ready-made answer of a team, edited by its managers."""

    id: Serial
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade, index=True)
    title = Varchar(length=80)
    body = Text()
    position = Integer()
    withdrawn_at = Timestamptz(null=True, default=None)


class RateLimitHit(Table):
    """One counted attempt. key: an HMAC of what is limited, so that no address is stored."""

    id = BigSerial(primary_key=True)
    key = Varchar(length=64, index=True)
    happened_at = Timestamptz(index=True)


class RateLimitState(Table):
    """How much of a limit is used (app/domain/rate_limit.py). key: an HMAC of the person and the limit.

    used_until: milliseconds since 1970 at which the limit is fully restored.
    """

    key = Varchar(length=64, primary_key=True)
    used_until = BigInt()


class AttemptCount(Table):
    """How often people who were not logged in did one action in an hour (app/domain/audit/attempt_counts.py).

    hour: since 1970. account_id: whose attempts, or 0. network: empty for an account, and after the first networks.
    """

    key = Varchar(length=100, primary_key=True)
    hour = Integer(index=True)
    action = Varchar(length=30)
    account_id = Integer()
    network = Varchar(length=43)
    times = Integer()


class Job(Table):
    """A recurring job. due_at: its next run. The process that moves it on runs it."""

    name = Varchar(length=30, primary_key=True)
    due_at = Timestamptz()


class SurveyCount(Table):
    """How many people chose an answer in a month, raised five people or more at a time."""

    id: Serial
    month = Varchar(length=7)
    question = Varchar(length=12)
    answer = Varchar(length=12)
    total = Integer(default=0)


class SurveyParticipation(Table):
    """The HMAC of a surveyed case, so that it is answered once. Without the key it does not identify the case."""

    digest = Varchar(length=64, primary_key=True)


class Email(Table):
    """The outbox, written in the transaction of what it reports and sent afterwards. It stores no text and no address.

    team without person: the email goes to the team’s shared address. Both: it is about a person who joins the team.
    slot: the time at which a person’s emails leave as one; null when it leaves alone.
    """

    id = UUID(primary_key=True, default=uuid4)
    kind = Varchar(length=12)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.cascade)
    team = ForeignKey(Team, null=True, default=None, on_delete=OnDelete.cascade)
    case = ForeignKey(Case, null=True, default=None, on_delete=OnDelete.cascade)
    login_link = ForeignKey(LoginLink, null=True, default=None, on_delete=OnDelete.cascade)
    invitation = ForeignKey(Invitation, null=True, default=None, on_delete=OnDelete.cascade)
    signup = ForeignKey(Signup, null=True, default=None, on_delete=OnDelete.cascade)
    state = Varchar(length=9, default="waiting", index=True)
    written_at = Timestamptz()
    due_at = Timestamptz()
    slot = Timestamptz(null=True, default=None)
    sent_at = Timestamptz(null=True, default=None)
    attempts = Integer(default=0)


class Import(Table):
    """A list of people or teams that an admin sent. Its bytes go once it is applied, its rows after a week.

    kind: « people » or « teams ». state: « reading », « ready », « applying », « applied », « dropped » or « failed ».
    due_at: when a worker may continue; null when nothing is to be done. ignored: columns that were not read.
    """

    id = UUID(primary_key=True, default=uuid4)
    kind = Varchar(length=6)
    state = Varchar(length=8)
    file_name = Varchar(length=200)
    content = Bytea(null=True, default=None)
    total = Integer()
    ignored = Text()
    invite = Boolean(default=False)
    invited = Integer()
    created = Integer()
    changed = Integer()
    unchanged = Integer()
    refused = Integer()
    remarked = Integer()
    differing = Integer()
    due_at = Timestamptz(null=True, default=None, index=True)
    sent_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    sent_at = Timestamptz(index=True)
    applied_by = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.restrict)
    applied_at = Timestamptz(null=True, default=None)


class ImportRow(Table):
    """What a row of the file does. result: « created », « changed », « unchanged » or « refused ».

    differs_from_preview: the result is not that of the preview, because the database changed in between.
    """

    id = BigSerial(primary_key=True)
    source = ForeignKey(Import, null=False, on_delete=OnDelete.cascade, index=True)
    line = Integer()
    result = Varchar(length=9)
    label = Text()
    detail = Text()
    remark = Text()
    differs_from_preview = Boolean(default=False)


class AuditEntry(Table, tablename="audit_log"):
    """Who did what, when and from where: numbers only, no content, no foreign key (it outlives its subjects).

    target_person_id, team_id: the person and team concerned. network: never the full address of one machine.
    denied_route: the route of a denied access, « POST /equipes/{team_id}/membres »; otherwise empty.
    The database refuses to change a line, and to delete one less than a year old.
    """

    id = BigSerial(primary_key=True)
    happened_at = Timestamptz()
    action = Varchar(length=20)
    person_id = Integer(null=True, default=None)
    case_id = UUID(null=True, default=None)
    team_id = Integer(null=True, default=None)
    target_person_id = Integer(null=True, default=None)
    network = Varchar(length=43)
    browser = Varchar(length=60)
    denied_route = Varchar(length=100)


RECOMPUTED_TABLES = (AreaStatistics, AreaChange)
"""A move does not copy these: their content is computed again."""

UNIQUE_COLUMNS = (
    (CategoryOrganisation.category, CategoryOrganisation.organisation),
    (Subject.category, Subject.name),
    (SubjectOrganisation.subject, SubjectOrganisation.organisation),
    (TeamArea.team, TeamArea.area),
    (TeamRefusal.team, TeamRefusal.organisation),
    (Supervision.person, Supervision.area),
    (Membership.person, Membership.team),
    (Invitation.team, Invitation.address),
    (CaseField.case, CaseField.label),
    (SearchToken.case, SearchToken.token),
    (CaseOrganisation.case, CaseOrganisation.organisation),
    (Recipient.case, Recipient.team),
    (Guest.case, Guest.person),
    (Message.case, Message.author, Message.key),
    (ReadReceipt.case, ReadReceipt.person),
    (MessageDraft.case, MessageDraft.person),
    (FormSave.case, FormSave.form_name, FormSave.person, FormSave.page),
    (SurveyCount.month, SurveyCount.question, SurveyCount.answer),
)
"""Unique indexes, created in the migrations: Piccolo’s constraints do not exist on SQLite."""

ENCRYPTED_CITIZEN_COLUMNS = (
    (Case.citizen_first_name, Case.id, "cases.citizen_first_name"),
    (Case.citizen_last_name, Case.id, "cases.citizen_last_name"),
    (Case.citizen_birth, Case.id, "cases.citizen_birth"),
    (CaseField.value, CaseField.id, "case_field.value"),
    (Event.about, Event.id, "event.about"),
    (Mandate.reason, Mandate.case, "mandate.reason"),
    (PendingChoices.choices, PendingChoices.case, "pending_answers.answers"),
    (Sms.phone, Sms.id, "sms.phone"),
    (Sms.body, Sms.id, "sms.body"),
    (SmsReply.body, SmsReply.reference, "sms_answer.body"),
    (Attachment.name, Attachment.id, "attachment.name"),
    (Attachment.digest, Attachment.id, "attachment.digest"),
    (FormSave.content, FormSave.id, "form_save.content"),
)
"""What identifies a citizen, encrypted by db/encryption.py: the column, the column that identifies its row, its label.
The label is part of the encrypted data: it stays when the column is renamed. Of the events only those of kind «
completed » are encrypted; other reasons are clear, as messages are.
"""
ENCRYPTED_ACCOUNT_COLUMNS = (
    (SecondFactor.secret, SecondFactor.person, "second_factor.secret"),
    (Session.logout_hint, Session.person, "session.logout_hint"),
    (PendingLogin.logout_hint, PendingLogin.person, "pending_login.logout_hint"),
)
"""Secrets that authenticate people and must be read again."""
ENCRYPTED_COLUMNS = ENCRYPTED_CITIZEN_COLUMNS + ENCRYPTED_ACCOUNT_COLUMNS
