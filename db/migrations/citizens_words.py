"""The words a case is found by, as marks; the mark of a telephone number. What they are made from: citizens_sealed.py."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import UUID, BigInt, BigSerial, ForeignKey, Varchar
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

ID = "2026-11-24T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the citizen's words, as marks"


class Case(Table, tablename="cases", schema=None):
    id = UUID(default=UUID4(), null=False, primary_key=True)


def _params(**own):
    plain = {
        "null": False,
        "primary_key": False,
        "unique": False,
        "index": False,
        "index_method": IndexMethod.btree,
        "choices": None,
        "db_column_name": None,
        "secret": False,
    }
    return plain | own


COLUMNS = (
    ("CaseWord", "case_word", "id", BigSerial, _params(primary_key=True)),
    (
        "CaseWord",
        "case_word",
        "case",
        ForeignKey,
        _params(references=Case, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade, target_column=None),
    ),
    ("CaseWord", "case_word", "mark", BigInt, _params(default=0, index=True)),
    ("CaseWord", "case_word", "key", Varchar, _params(length=20, default="", index=True)),
    ("Sms", "sms", "number_mark", BigInt, _params(default=0, index=True)),
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_table(class_name="CaseWord", tablename="case_word", schema=None, columns=None)
    for table, tablename, column, kind, params in COLUMNS:
        manager.add_column(
            table_class_name=table,
            tablename=tablename,
            column_name=column,
            db_column_name=column,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    return manager
