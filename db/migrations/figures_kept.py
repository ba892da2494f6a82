from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import BigSerial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-24T18:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the figures of a territory are kept as they were counted"

_PLAIN = {
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
    "null": False,
}
_COLUMNS: tuple[tuple[str, str, str, Any, dict[str, Any]], ...] = (
    ("AreaFigures", "area_figures", "area", Varchar, {"length": 3, "default": "", "primary_key": True}),
    ("AreaFigures", "area_figures", "counted_at", Timestamptz, {"default": TimestamptzNow()}),
    ("AreaFigures", "area_figures", "until", Timestamptz, {"default": None, "null": True}),
    ("AreaFigures", "area_figures", "figures", Text, {"default": ""}),
    ("AreaMark", "area_mark", "id", BigSerial, {"primary_key": True, "db_column_name": "id"}),
    ("AreaMark", "area_mark", "area", Varchar, {"length": 3, "default": "", "index": True}),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    for table, named in (("AreaFigures", "area_figures"), ("AreaMark", "area_mark")):
        manager.add_table(class_name=table, tablename=named, schema=None, columns=None)
    for table, named, column, kind, params in _COLUMNS:
        manager.add_column(
            table_class_name=table,
            tablename=named,
            column_name=column,
            db_column_name=column,
            column_class_name=kind.__name__,
            column_class=kind,
            params={**_PLAIN, **params},
            schema=None,
        )
    return manager
