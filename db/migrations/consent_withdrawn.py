"""A case whose citizen took their consent back by text, and the text that asks again for a plain answer.

Both columns are null for every row that is there: the release before this one neither reads nor writes them.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID, Timestamptz
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-26T23:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "consent taken back by text; one text that asks again"
_COLUMNS = (("Case", "cases", "suspended_at", Timestamptz), ("Sms", "sms", "about", UUID))
_OPTIONAL = {
    "default": None,
    "null": True,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    for table, tablename, column, kind in _COLUMNS:
        manager.add_column(
            table_class_name=table,
            tablename=tablename,
            column_name=column,
            db_column_name=column,
            column_class_name=kind.__name__,
            column_class=kind,
            params=_OPTIONAL,
            schema=None,
        )
    return manager
