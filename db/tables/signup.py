"""Requests for an account."""

from piccolo.columns import ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.areas import Area
from db.tables.organisations import Organisation
from db.tables.people import Person


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
