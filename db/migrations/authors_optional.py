"""A case may have no author: an erased one names no person.

SQLite has no ALTER for a NOT NULL. Leaving one out changes nothing of what is stored: it is done in the stored CREATE
TABLE (sqlite.org/lang_altertable.html, « Making Other Kinds Of Table Schema Changes »). Another table put in place of
this one would delete every message first: DROP TABLE obeys ON DELETE CASCADE, which no transaction can suspend.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-11-26T13:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a case may have no author"

_REQUIRED, _OPTIONAL = '"author" INTEGER NOT NULL REFERENCES', '"author" INTEGER REFERENCES'
_LEFT_OUT = f"UPDATE sqlite_master SET sql = replace(sql, '{_REQUIRED}', '{_OPTIONAL}') WHERE name = 'cases'"  # nosec B608


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_allow_none)
    return manager


async def _allow_none() -> None:
    if is_postgres():
        await get_current_engine().run_ddl("ALTER TABLE cases ALTER COLUMN author DROP NOT NULL")
    else:
        await _allow_none_on_sqlite(get_current_engine())


async def _allow_none_on_sqlite(engine) -> None:
    """The schema's version goes up: every open connection reads the definition again."""
    version = (await engine.run_ddl("PRAGMA schema_version"))[0]["schema_version"]
    for statement in (
        "PRAGMA writable_schema = ON",
        _LEFT_OUT,
        f"PRAGMA schema_version = {version + 1}",
        "PRAGMA writable_schema = RESET",
    ):
        await engine.run_ddl(statement)
    if await engine.run_ddl("SELECT 1 FROM pragma_table_info('cases') WHERE name = 'author' AND \"notnull\""):
        raise RuntimeError("cases.author is still required")
