"""Columns, keys and indexes; no behaviour. Names are GLOSSARY.md's.

Every foreign key says its nullability and what a deletion does: Piccolo's defaults (nullable, CASCADE) are traps.
Lengths are enforced at the edge (app/routes/forms.py): SQLite forgives what PostgreSQL refuses.
What identifies a citizen lies encrypted: the columns of ENCRYPTED_COLUMNS, below.
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
    """A department. The code is INSEE's: « 46 », « 2A », « 974 ». Without a contact_address, no local contact yet."""

    code = Varchar(length=3, primary_key=True)
    name = Varchar(length=60)
    contact_name = Varchar(length=100)
    contact_address = Varchar(length=254)
    contact_phone = Varchar(length=40)


class CitizenField(Table):
    """A label for what identifies a citizen.

    group is « identite » (always in the form), « autres » (offered there) or « demande » (when an organisation asks).
    withdrawn_at, here and below: no longer offered; what already uses it keeps it.
    """

    id: Serial
    label = Varchar(length=80, unique=True)
    group = Varchar(length=10)
    hint = Varchar(length=200)
    position = Integer()
    withdrawn_at = Timestamptz(null=True, default=None)


class Organisation(Table):
    """kind is « operator » (its referents answer) or « helper » (its agents ask).

    notice is what an agent reads as soon as they choose it.
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
    """procedure is the standard one, to try before writing to anybody."""

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
    """registry_number is the matricule of the France Services list.

    contact_address is for reading on a page: no letter is ever sent to it; shared_address receives the team's letters.
    A closed team has no member left; merged_into is the team that took its place.
    sort_name and search_text are kept by app/domain/search/people_and_teams.py.
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
    """A kind of helper whose teams may not write to this team. No row: all of them may."""

    id: Serial
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.cascade)


class Person(Table):
    """platform_role: « member » (their teams say what they may do), « expert », « supervisor » or « admin ».

    email_frequency: when theirs leave (app/domain/email/schedule.py). password_hash is empty or argon2id.
    signature goes under the messages of an account that several people share; shortcuts: one-key commands are on.
    sort_name and search_text are kept by app/domain/search/people_and_teams.py.
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
    """One change of an entry: kind and entry name it, before and after hold what changed, as JSON.

    before is empty for a new entry; undoes is the change that this one takes back.
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
    """One row, id 1: the banner of every page, and since when nothing may be written.

    banner_kind is « info » or « warning ».
    """

    id = Integer(primary_key=True)
    banner = Varchar(length=500)
    banner_kind = Varchar(length=7, default="info")
    banner_from = Timestamptz(null=True, default=None)
    banner_until = Timestamptz(null=True, default=None)
    maintenance_since = Timestamptz(null=True, default=None)


class Supervision(Table):
    """The territories whose figures a supervisor sees."""

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict)


class Membership(Table):
    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade, index=True)
    manager = Boolean(default=False)


class Invitation(Table):
    """A place in a team offered to an address, with an account or not. Only the digest of its link is kept.

    Once used_at is written the person exists and is a member. What is known of them waits for their first visit.
    invited_by is whose right it rests on: who sent it last; null once their account was closed.
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
    """Somebody asks for an account. state is « waiting », « accepted », « refused », or « known »: they have one.

    team_name is the structure in their own words; answer, why it was refused. A known one is listed nowhere.
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


class PendingLogin(Table):
    """A login that lacks its second factor: no session yet, and only the browser that began it may go on.

    by_link and logout_hint are those of the session to come; subject_hash is the identity that it will be bound to.
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
    """The secret that a person's authenticator shares with us, encrypted (db/encryption.py).

    last_step: the half minute of the last code accepted; none so old is accepted again.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, unique=True)
    secret = Text()
    last_step = BigInt()
    since = Timestamptz()


class RecoveryCode(Table):
    """In place of a lost telephone, once. Only a keyed digest."""

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    code_hash = Varchar(length=64)
    used_at = Timestamptz(null=True, default=None)


class ProviderIdentity(Table):
    """The one identity at ProConnect that opens this account, since its first entry there.

    subject_hash: SHA-256 of the issuer and of its `sub` for the person.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, unique=True)
    subject_hash = Varchar(length=64, unique=True)
    since = Timestamptz()


class ProviderLogin(Table):
    """Somebody has been sent to ProConnect: their way back is good once, in the browser that left. Only hashes."""

    id: Serial
    state_hash = Varchar(length=64, unique=True)
    browser_hash = Varchar(length=64)
    next_path = Varchar(length=500)
    expires_at = Timestamptz(index=True)


class Session(Table):
    """ends_at is when it ends, unless it was idle too long before. by_link: opened by a letter, not by a password.

    second_factor: the person proved twice who they are. logout_hint: what ProConnect wants told when it ends, sealed.
    token_hash begins with a fingerprint of SECRET_KEY. reauthenticated_at: when the person proved again who they are.
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
    """status is written by app/domain/cases alone, by conditional update.

    last_event is the highest event that every party may read: it orders lists and says what is unread;
    last_internal_event, the highest that referents alone may read. next_side is who is expected to write: « referent »,
    « agent », or empty once closed. active_at is the time of the last message or act that everyone may read; late_from,
    when it becomes « en souffrance » unless a referent answers; handled_at, when a referent announced « c'est traité ».
    author is null once the case is erased. suspended_at: when the citizen took their consent back by text, until they
    give it again. subject, description and urgency_reason hold any length in a draft; app/domain/cases/draft/steps.py
    refuses to send it. search_text holds what everybody on the case may find in clear words, search_internal what only
    referents may; the citizen's own words are in search_token.
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
    """What the page of figures says of one territory, kept as it was counted (app/domain/cases/statistics/cache.py).

    counts is JSON: organisation, 0 for the territory itself -> its numbers. valid_until: when time alone changes them.
    Whoever adds a number empties this table in the same migration: what is not there is counted.
    """

    area = Varchar(length=3, primary_key=True)
    counted_at = Timestamptz()
    valid_until = Timestamptz(null=True, default=None)
    counts = Text()


class AreaChange(Table):
    """In this territory something moved since its figures were counted. Written by the database itself, whoever adds or
    changes a case (db/migrations/figures_marked.py); none that was sent is ever deleted or made a draft again. No
    foreign key: every verb writes one, and territories stay.
    """

    id = BigSerial(primary_key=True)
    area = Varchar(length=3, index=True)


class CaseField(Table):
    """A further field about the citizen; unknown means « non connu » was answered."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    label = Varchar(length=80)
    value = Text()
    unknown = Boolean(default=False)
    position = Integer()


class SearchToken(Table):
    """A word or a number about the citizen by which a case is found, as the token that a key makes of it.

    key_id is that key: a rotation makes the tokens anew (app/domain/cases/inbox/search_index.py).
    """

    id = BigSerial(primary_key=True)
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    token = BigInt(index=True)
    key_id = Varchar(length=20, index=True)


class CaseOrganisation(Table):
    """The organisations chosen in the wizard."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, index=True)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)


class Recipient(Table):
    """A team that received the case; seen_at is when the first of its referents opened it.

    taken_by said « je m'en occupe »; irrelevant_at is when the team said « non pertinente ».
    open (null once erased), last_event (the highest that its referents may read) and next_side are the case's, kept
    by the database itself: a list is read from them, however long (db/migrations/recipients_in_order_kept.py).
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
    """audience is « all » or « operators »; key makes a repeated post count once. A withdrawn one keeps no body."""

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
    """What happened to a case, in the order of commits: the thread, and what a stream resumes from.

    about is a reason, or what changed; other_team and other_person are who was brought in.
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
    """How far a person has read a case: the highest event shown to them."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    last_event = BigInt()
    read_at = Timestamptz()


class MessageDraft(Table):
    """What somebody has typed on a case and not sent yet; internal when it is meant for referents alone."""

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    body = Text()
    internal = Boolean(default=False)
    saved_at = Timestamptz()


class FormSave(Table):
    """What one opened page last saved of a form. form_name is « message », or the step of a draft.

    page is the form's key, and revision counts the saves of that page. is_current: the kept message, or the draft,
    holds these values. content is the JSON of the fields, empty once another page that showed them has replaced them.
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
    """The citizen's authorisation. kind is « paper », « sms » or « phone »; signed_on is the day it was given.

    By SMS it holds once the case's last text is answered OUI, and signed_on stays empty; reason is why there was no
    other way than phone.
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, unique=True)
    kind = Varchar(length=5)
    signed_on = Date(null=True, default=None)
    reason = Text()
    attested_by = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    attested_at = Timestamptz()


class PendingChoices(Table):
    """Answers of a draft that do not act: a choice before « Continuer », the fields of the kinds of mandate not chosen.

    choices is a JSON object by names of the wizard's fields.
    """

    id: Serial
    case = ForeignKey(Case, null=False, on_delete=OnDelete.cascade, unique=True)
    choices = Text()


class Sms(Table):
    """A text asking a citizen for their mandate. Written first, sent after the commit.

    phone is in E.164, « +33612345678 », and phone_token is what it is found by: the token that a key makes of it.
    state is « waiting », « sent » or « failed ». original_sms: the one to which this asks for a plainer
    answer; what comes back is that text's.
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
    """What came back. reference is a digest of the provider's own, so that an answer told twice counts once."""

    id: Serial
    sms = ForeignKey(Sms, null=False, on_delete=OnDelete.cascade, index=True)
    reference = Varchar(length=64, unique=True)
    body = Text()
    received_at = Timestamptz()


class Attachment(Table):
    """A file of a case (message is null), of its mandate, or of a message; its bytes are in the attachments' folder.

    Until posted_at it is its uploader's alone, and received_bytes says how many of its size bytes are durable.
    digest is the SHA-256 of the bytes, encrypted; empty until all of them are there.
    media_type is proved from the content. scan is « none », « waiting », « clean », « infected » or « failed »;
    cleaning, of an image stored before 2026-11-26, « none », « waiting », « refused », « absent » or « unread ».
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
    """A ready-made answer of a team, kept by its manager."""

    id: Serial
    team = ForeignKey(Team, null=False, on_delete=OnDelete.cascade, index=True)
    title = Varchar(length=80)
    body = Text()
    position = Integer()
    withdrawn_at = Timestamptz(null=True, default=None)


class RateLimitHit(Table):
    """One counted attempt; key is a keyed digest of what is limited, so that no address is kept for it."""

    id = BigSerial(primary_key=True)
    key = Varchar(length=64, index=True)
    happened_at = Timestamptz(index=True)


class RateLimitState(Table):
    """What is used up of a limit (app/domain/rate_limit.py). key: a keyed digest of who and what is limited;
    used_until: in milliseconds since 1970, when nothing of it is used up any more.
    """

    key = Varchar(length=64, primary_key=True)
    used_until = BigInt()


class AttemptCount(Table):
    """How often people who were not signed in did one thing in an hour (app/domain/audit/attempt_counts.py).

    hour: since 1970; account_id: whose attempts, 0 for none; network: empty for an account, and beyond the
    hour's first networks.
    """

    key = Varchar(length=100, primary_key=True)
    hour = Integer(index=True)
    action = Varchar(length=30)
    account_id = Integer()
    network = Varchar(length=43)
    times = Integer()


class Job(Table):
    """A daily job: due_at is when it next runs; whoever moves it on runs it."""

    name = Varchar(length=30, primary_key=True)
    due_at = Timestamptz()


class SurveyCount(Table):
    """How many chose an answer in a month. Sums only, raised for five people or more at a time."""

    id: Serial
    month = Varchar(length=7)
    question = Varchar(length=12)
    answer = Varchar(length=12)
    total = Integer(default=0)


class SurveyParticipation(Table):
    """A keyed digest of a case already surveyed: says « once », and leads back to nothing without the key."""

    digest = Varchar(length=64, primary_key=True)


class Email(Table):
    """The outbox: written in the transaction of what it tells, sent after it. Holds no text and no address.

    team instead of person: the letter goes to the team's shared address. Both: it is about who joins the team.
    slot is the hour at which it leaves with the others of its person, as one letter; null: alone.
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
    """A list of people or of teams that an admin sent. Counts stay; its bytes go once applied, its rows after a week.

    kind is « people » or « teams »; state « reading », « ready », « applying », « applied », « dropped » or « failed ».
    due_at: when a worker may take it, if it has something to do. ignored: headings that were left aside.
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
    """What a row of the file does: result is « created », « changed », « unchanged » or « refused ».

    differs_from_preview: the click did not give what the preview said, the database having changed in the meantime.
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
    """Who did what, when, from where: numbers only, no content, no foreign key (it outlives what it names).

    target_person_id and team_id: whom and which team it concerns. network is never one machine's whole address.
    denied_route: what was refused, « POST /equipes/{team_id}/membres », and empty otherwise.
    The database refuses to change a line, and to delete one that is not a year old.
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
"""Not carried elsewhere: what is not there is counted."""

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
"""Kept by unique indexes made in the migrations: Piccolo's constraints do not exist on SQLite."""

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
"""What identifies a citizen, encrypted by db/encryption.py: the column, the one that names its row, its label for ever.
The label stays when the column is renamed: it is part of what was encrypted. Of the events, only those of kind
« completed »; the reasons that others give are clear, as messages are.
"""
ENCRYPTED_ACCOUNT_COLUMNS = (
    (SecondFactor.secret, SecondFactor.person, "second_factor.secret"),
    (Session.logout_hint, Session.person, "session.logout_hint"),
    (PendingLogin.logout_hint, PendingLogin.person, "pending_login.logout_hint"),
)
"""What proves who comes in, and must be read again."""
ENCRYPTED_COLUMNS = ENCRYPTED_CITIZEN_COLUMNS + ENCRYPTED_ACCOUNT_COLUMNS
"""Nothing else is."""
