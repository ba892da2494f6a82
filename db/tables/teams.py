"""Teams, the areas in which they work and the organisations that may not write to them."""

from piccolo.columns import ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from db.tables.areas import Area
from db.tables.organisations import Organisation


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
