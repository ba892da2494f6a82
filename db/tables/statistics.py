"""Statistics, stored until they change."""

from piccolo.columns import BigSerial, Text, Timestamptz, Varchar
from piccolo.table import Table


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
    """An area changed since its last count: triggers write a row (db/migrations/initial_sqlite.sql).

    It has no foreign key: each change writes a row, and areas are never deleted.
    """

    id = BigSerial(primary_key=True)
    area = Varchar(length=3, index=True)


RECOMPUTED_TABLES = (AreaStatistics, AreaChange)
"""A move does not copy these: their content is computed again."""
