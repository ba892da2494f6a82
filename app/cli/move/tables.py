"""The tables that a move copies, in the order of their foreign keys. Migrations and statistics are not copied."""

from piccolo.columns import BigSerial, Column, Serial
from piccolo.table import Table, sort_table_classes

from db.piccolo_app import APP_CONFIG
from db.tables.statistics import RECOMPUTED_TABLES

TABLES: list[type[Table]] = [
    table for table in sort_table_classes(APP_CONFIG.table_classes) if table not in RECOMPUTED_TABLES
]
MIGRATIONS_SQL = "SELECT name FROM migration WHERE app_name = 'db'"
LOCK_TIMEOUT = 2
"""Seconds to wait for another writer."""
MAINTENANCE_SQL = "SELECT 1 FROM platform WHERE maintenance_since IS NOT NULL"


class MoveError(Exception):
    """The message says in French what to do first. Nothing was written."""


def get_table_name(table: type[Table]) -> str:
    return table._meta.tablename


def list_columns(table: type[Table]) -> list[str]:
    return [column._meta.db_column_name for column in table._meta.columns]


def get_key_name(table: type[Table]) -> str:
    return table._meta.primary_key._meta.db_column_name


def get_key_column(table: type[Table]) -> Column:
    return table._meta.primary_key


def is_numbered(table: type[Table]) -> bool:
    """True when the database numbers the rows."""
    return isinstance(table._meta.primary_key, Serial | BigSerial)


def format_columns(table: type[Table]) -> str:
    return ", ".join(f'"{name}"' for name in list_columns(table))
