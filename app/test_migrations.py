"""What the migrations make is what the tables say, on both databases."""

from db.engine import is_postgres
from db.migrations.unique_together import UNIQUE
from db.tables import UNIQUE_TOGETHER, Organisation


def test_the_unique_indexes_are_those_of_the_tables() -> None:
    said = {
        (columns[0]._meta.table._meta.tablename, tuple(column._meta.db_column_name for column in columns))
        for columns in UNIQUE_TOGETHER
    }
    assert said == set(UNIQUE)


async def test_each_is_in_the_database(database: str) -> None:
    source = "SELECT indexname AS name FROM pg_indexes" if is_postgres() else "SELECT name FROM sqlite_master"
    found = {row["name"] for row in await Organisation.raw(source)}

    for table, columns in UNIQUE:
        assert f"{table}_{'_'.join(columns)}_once" in found
