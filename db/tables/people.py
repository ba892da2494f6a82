"""People who have an account, and what a supervisor sees."""

from piccolo.columns import Boolean, ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.areas import Area


class Person(Table):
    """platform_role: « member » (their teams decide what they may do), « supervisor » or « admin ».
    expert: may be invited to cases as an expert of the platform, beside any role.
    email_frequency, email_unassigned, email_colleagues: when their emails about cases are sent
    (app/domain/email/stored_choices.py). password_hash: empty, or argon2id.
    signature: shown under the messages of a shared account. shortcuts: commands of one key are on.
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
    sort_name = Varchar(length=200, index=True)
    search_text = Text()


class Supervision(Table):
    """An area whose statistics a supervisor sees."""

    id: Serial
    person = ForeignKey(Person, null=False, on_delete=OnDelete.cascade)
    area = ForeignKey(Area, null=False, on_delete=OnDelete.restrict)
