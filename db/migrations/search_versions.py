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


_FOLDED = (("ß", "ss"), ("ł", "l"), ("ø", "o"), ("đ", "d"), ("ð", "d"), ("þ", "th"), ("ħ", "h"), ("ŧ", "t"))
_FOLDED_TEXTS = {
    "cases": ("search_text", "search_internal"),
    "recipient": ("search_notes",),
    "person": ("sort_name", "search_text"),
    "team": ("sort_name", "search_text"),
}


def _build_folding(table: str, column: str) -> str:
    """Letters that Unicode does not decompose, as db/search.py folds them from now on."""
    folded = column
    for letter, plain in _FOLDED:
        folded = f"replace({folded}, '{letter}', '{plain}')"
    return f"UPDATE {table} SET {column} = {folded} WHERE {column} <> {folded}"  # our own names  # noqa: S608 # nosec B608


_STATEMENTS = (
    *(_build_folding(table, column) for table, columns in _FOLDED_TEXTS.items() for column in columns),
    "ALTER TABLE cases ADD COLUMN search_version INTEGER NOT NULL DEFAULT 0",
    # app/domain/cases/search/reindexing.py looks for the cases of a former version.
    "CREATE INDEX cases_search_version ON cases (search_version) WHERE status <> 'draft' AND erased_at IS NULL",
    "ALTER TABLE audit_log ADD COLUMN search_mark VARCHAR(22) NOT NULL DEFAULT ''",
)
