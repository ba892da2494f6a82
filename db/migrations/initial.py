"""The schema of the first release: tables and indexes, then the triggers of each database.

The three .sql files are frozen: a later change of the schema is a migration of its own (CONTRIBUTING.md). The tables
are written for PostgreSQL. SQLite gives four of their types other names.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-11-27T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the schema of the first release"

_FOLDER = Path(__file__).parent
_SQLITE_TYPES = {"BIGSERIAL": "INTEGER NOT NULL", "SERIAL": "INTEGER NOT NULL", "BIGINT": "INTEGER", "BYTEA": "BLOB"}
"""Only an INTEGER PRIMARY KEY numbers its rows by itself."""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(create_schema)
    return manager


async def create_schema() -> None:
    """In Piccolo's transaction. Piccolo records a migration after it: after a kill in between, the tables are there."""
    if await get_current_engine().run_ddl(_LAST_TABLE[is_postgres()]):
        return
    for statement in (*list_table_statements(), *list_trigger_statements()):
        await get_current_engine().run_ddl(statement)


_LAST_TABLE = {
    False: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'audit_log'",
    True: "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = 'audit_log'",
}
"""By is_postgres(). No database of before the first release has a table of that name."""


def list_table_statements() -> Iterator[str]:
    """Tables and indexes, in the order of their foreign keys, for the current database."""
    for statement in read_statements("initial_tables.sql"):
        yield (
            statement
            if is_postgres()
            else re.sub(r"\b(?:BIG)?SERIAL\b|\bBIGINT\b|\bBYTEA\b", lambda found: _SQLITE_TYPES[found[0]], statement)
        )


def list_trigger_statements() -> Iterator[str]:
    """Functions and triggers of the current database, and the indexes that PostgreSQL alone has."""
    yield from read_statements("initial_postgresql.sql" if is_postgres() else "initial_sqlite.sql")


def read_statements(name: str) -> list[str]:
    """A statement ends with a semicolon at the end of a line that CREATE, DO or a comment follows."""
    text = (_FOLDER / name).read_text()
    return [statement for statement in re.split(r"(?<=;)\n+(?=CREATE |DO |-- |$)", text) if statement.strip()]
