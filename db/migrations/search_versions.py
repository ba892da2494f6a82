"""A case says how its search index was computed; the audit log keeps a keyed mark of what was searched."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-02T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a search index has a version, and a search is in the audit log"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("audit_log", "search_mark", _STATEMENTS)


_STATEMENTS = (
    "ALTER TABLE cases ADD COLUMN search_version INTEGER NOT NULL DEFAULT 0",
    # app/domain/cases/search/reindexing.py looks for the cases of a former version.
    "CREATE INDEX cases_search_version ON cases (search_version) WHERE status <> 'draft' AND erased_at IS NULL",
    "ALTER TABLE audit_log ADD COLUMN search_mark VARCHAR(22) NOT NULL DEFAULT ''",
)
