"""Renames tables, columns, indexes, constraints and sequences in place, as SQLite and PostgreSQL each allow it."""

import re

from db.baseline.names import COLUMNS, TABLES, VALUES, rename
from db.engine import get_current_engine, is_postgres
from db.migrations.initial import read_statements

_TRIGGER_FUNCTIONS = """audit_append_only, mark_area, case_marks_area, recipient_marks_area,
    recipient_begins_in_order, recipient_stays_in_order"""


async def drop_triggers() -> None:
    """Only ours: their text has former names. The initial migration's statements make them again."""
    if is_postgres():
        await get_current_engine().run_ddl(f"DROP FUNCTION {_TRIGGER_FUNCTIONS} CASCADE")
        return
    for name in re.findall(r"CREATE TRIGGER (\w+)", "".join(read_statements("initial_sqlite.sql"))):
        await get_current_engine().run_ddl(f"DROP TRIGGER {name}")


async def rename_schema() -> None:
    """Indexes, constraints and sequences first: they follow a renamed table, and keep their own names."""
    await (_rename_parts_on_postgres() if is_postgres() else _rename_indexes_on_sqlite())
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            await get_current_engine().run_ddl(f'ALTER TABLE "{table}" RENAME COLUMN "{old}" TO "{new}"')
    for old, new in TABLES.items():
        await get_current_engine().run_ddl(f'ALTER TABLE "{old}" RENAME TO "{new}"')


async def _rename_indexes_on_sqlite() -> None:
    """SQLite renames no index: it is made again."""
    indexes = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    for index in await get_current_engine().run_ddl(indexes):
        if (new := rename(index["tbl_name"], index["name"])) != index["name"]:
            await get_current_engine().run_ddl(f'DROP INDEX "{index["name"]}"')
            await get_current_engine().run_ddl(index["sql"].replace(index["name"], new, 1))


async def _rename_parts_on_postgres() -> None:
    """A constraint's index has the constraint's name, and changes with it."""
    for listed, statement in (
        (_CONSTRAINTS, 'ALTER TABLE "{table}" RENAME CONSTRAINT "{old}" TO "{new}"'),
        (_INDEXES, 'ALTER INDEX "{old}" RENAME TO "{new}"'),
        (_SEQUENCES, 'ALTER SEQUENCE "{old}" RENAME TO "{new}"'),
    ):
        for found in await get_current_engine().run_ddl(listed):
            table, old = found["tbl_name"], found["name"]
            if (new := rename(table, old)) != old:
                await get_current_engine().run_ddl(statement.format(table=table, old=old, new=new))


_CONSTRAINTS = """SELECT t.relname AS tbl_name, c.conname AS name
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.connamespace = 'public'::regnamespace"""
_INDEXES = """SELECT tablename AS tbl_name, indexname AS name FROM pg_indexes
    WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)"""
_SEQUENCES = """SELECT t.relname AS tbl_name, s.relname AS name FROM pg_class s
    JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') JOIN pg_class t ON t.oid = d.refobjid
    WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace"""


async def rewrite_values() -> None:
    for table, column, old, new in VALUES:
        await get_current_engine().run_ddl(f"UPDATE {table} SET {column} = '{new}' WHERE {column} = '{old}'")  # noqa: S608 # nosec B608
