"""Runs the statements of a migration once.

Piccolo records a migration after its transaction: after a kill in between, it runs again on a schema that has it all. A
migration therefore names what its last statement adds, or something that only it adds.
"""

from collections.abc import Iterable
from pathlib import Path

from db.engine import get_current_engine, is_postgres

_COLUMN_SQL = {
    False: "SELECT 1 FROM pragma_table_info('{table}') WHERE name = '{column}'",
    True: "SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}' "
    "AND column_name = '{column}'",
}
"""By is_postgres()."""
_KINDS = {
    False: {":serial": "INTEGER NOT NULL PRIMARY KEY", ":bigint": "INTEGER"},
    True: {":serial": "SERIAL PRIMARY KEY", ":bigint": "BIGINT"},
}
"""Types that differ, by is_postgres()."""


async def change_schema_once(table: str, column: str, statements: Iterable[str]) -> None:
    """In Piccolo's transaction. Nothing runs if the table has the column already."""
    if await is_changed(table, column):
        return
    engine = get_current_engine()
    for statement in statements:
        for name, kind in _KINDS[is_postgres()].items():
            statement = statement.replace(name, kind)
        await engine.run_ddl(statement)


async def is_changed(table: str, column: str) -> bool:
    return bool(await get_current_engine().run_ddl(_COLUMN_SQL[is_postgres()].format(table=table, column=column)))


def read_statements(*files: Path) -> list[str]:
    """A blank line ends a statement."""
    return "\n\n".join(file.read_text().strip() for file in files).split("\n\n")
