"""The state of the whole platform: its banner and its maintenance."""

from piccolo.columns import Integer, Timestamptz, Varchar
from piccolo.table import Table


class Platform(Table):
    """The single row, id 1. banner_kind: « info » or « warning ». maintenance_since: nothing may be written since."""

    id = Integer(primary_key=True)
    banner = Varchar(length=500)
    banner_kind = Varchar(length=7, default="info")
    banner_from = Timestamptz(null=True, default=None)
    banner_until = Timestamptz(null=True, default=None)
    maintenance_since = Timestamptz(null=True, default=None)
