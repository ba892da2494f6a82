"""A part of a word is found by an index, where PostgreSQL lets us: db/trigrams.py."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres
from db.trigrams import build_index_sql

ID = "2026-11-24T14:00:02:000000"
VERSION = "1.38.0"
DESCRIPTION = "a part of a word is found by an index"
COLUMNS = ("search_text", "search_operators")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_index)
    return manager


async def _index() -> None:
    if is_postgres():
        await get_current_engine().run_ddl(build_index_sql(*COLUMNS))
