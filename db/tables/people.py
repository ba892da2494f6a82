"""People who have an account, and what a supervisor sees."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.areas import Area
from db.tables.organisations import Organisation


class Person(Table):
    """platform_role: « member » (their teams decide what they may do), « supervisor » or « admin ».
    expert: may be invited to cases as an expert of the platform, beside any role.
    email_frequency, email_unassigned, email_colleagues: when their emails about cases are sent
    (app/domain/email/stored_choices.py). password_hash: empty, or argon2id.
    signature: shown under the messages of a shared account. shortcuts: commands of one key are on.
    last_seen_on: the day of the last visit. idle_from: the day from which inactivity counts: that day, or the one of a
    reactivation; null for an account that was never used. closed_at: while the account is deactivated.
    erasure_asked_at: the person asks that their account be erased.
    pseudonymised_at: from then on, no column says who the person was.
    merged_into: the account of the same person that this one continues in; it opens nothing then.
    sort_name and search_text are written by app/domain/search/people_and_teams.py.
    """

    id: Serial
    address = Varchar(length=254, unique=True)
    first_name = Varchar(length=60)
    last_name = Varchar(length=60)
    function = Varchar(length=100)
    platform_role = Varchar(length=10, default="member")
    expert = Boolean(default=False)
    active = Boolean(default=True)
    created_at = Timestamptz()
    phone = Varchar(length=40)
    email_frequency = Varchar(length=8, default="at_once")
    email_unassigned = Varchar(length=8, null=True, default=None)
    email_colleagues = Varchar(length=8, null=True, default=None)
    password_hash = Varchar(length=200)
    terms_accepted_at = Timestamptz(null=True, default=None)
    signature = Varchar(length=100)
    shortcuts = Boolean(default=True)
    last_seen_on = Date(null=True, default=None)
    idle_from = Date(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    erasure_asked_at = Timestamptz(null=True, default=None)
    pseudonymised_at = Timestamptz(null=True, default=None)
    merged_into: "ForeignKey[Person]" = ForeignKey(
        "self", null=True, default=None, on_delete=OnDelete.set_null, index=True
    )
    sort_name = Varchar(length=200, index=True)
    search_text = Text()


class Supervision(Table):
    """An area whose statistics a supervisor sees."""

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict)


class SupervisedOrganisation(Table):
    """An organisation whose teams a supervisor supervises in every area."""

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    organisation = ForeignKey(Organisation, null=False, on_delete=OnDelete.restrict)


class InactivityNotice(Table):
    """A warning before an account is closed for inactivity. The next visit deletes them.

    kind: « first » and « second », to the person; « keepers », to those who keep `team`, which they alone read.
    """

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade, index=True)
    kind = Varchar(length=8)
    team = Integer(null=True, default=None)
    sent_on = Date()
