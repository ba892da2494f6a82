from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import BigInt, Boolean, Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-24T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what a team's list is ordered by is kept with what it received"

_PLAIN = {
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
_COLUMNS = (
    ("open", Boolean, {"default": None, "null": True}),
    ("last_event", BigInt, {"default": 0, "null": False}),
    ("next_side", Varchar, {"length": 8, "default": "", "null": False}),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    for name, kind, params in _COLUMNS:
        manager.add_column(
            table_class_name="Recipient",
            tablename="recipient",
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params={**_PLAIN, **params},
            schema=None,
        )
    return manager
