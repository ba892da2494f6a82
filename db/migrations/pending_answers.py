"""The answers of a draft that do not act, in a table of their own: a release that does not know it runs beside."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import UUID, ForeignKey, Text
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

ID = "2026-11-26T18:18:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "answers of a draft that do not act"


class Case(Table, tablename="cases", schema=None):
    id = UUID(default=UUID4(), null=False, primary_key=True)


_PLAIN = {
    "null": False,
    "primary_key": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
_OF_CASE = {
    "references": Case,
    "on_delete": OnDelete.cascade,
    "on_update": OnUpdate.cascade,
    "target_column": None,
    "unique": True,
}
COLUMNS = (("case", ForeignKey, _PLAIN | _OF_CASE), ("answers", Text, _PLAIN | {"default": "", "unique": False}))


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_table(class_name="PendingAnswers", tablename="pending_answers", schema=None, columns=None)
    for column, kind, params in COLUMNS:
        manager.add_column(
            table_class_name="PendingAnswers",
            tablename="pending_answers",
            column_name=column,
            db_column_name=column,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    return manager
