"""The departments in which teams work and cases are opened."""

from piccolo.columns import Varchar
from piccolo.table import Table


class Area(Table):
    """A department, under its INSEE code: « 46 », « 2A », « 974 ». An empty contact_address: no local contact."""

    code = Varchar(length=3, primary_key=True)
    name = Varchar(length=60)
    contact_name = Varchar(length=100)
    contact_address = Varchar(length=254)
    contact_phone = Varchar(length=40)
