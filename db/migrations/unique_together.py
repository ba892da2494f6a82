"""Unique indexes over several columns: Piccolo's own constraints do not exist on SQLite."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine

ID = "2026-11-23T22:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "unique indexes over several columns"

UNIQUE = (
    ("category_organisation", ("category", "organisation")),
    ("subject", ("category", "name")),
    ("subject_organisation", ("subject", "organisation")),
    ("team_area", ("team", "area")),
    ("supervision", ("person", "area")),
    ("membership", ("person", "team")),
    ("case_field", ("case", "label")),
    ("case_organisation", ("case", "organisation")),
    ("recipient", ("case", "team")),
    ("guest", ("case", "person")),
    ("message", ("case", "author", "key")),
    ("reading", ("case", "person")),
    ("survey_tally", ("month", "question", "answer")),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_create_indexes)
    return manager


async def _create_indexes() -> None:
    for table, columns in UNIQUE:
        await create_unique_index(table, columns)


async def create_unique_index(table: str, columns: tuple[str, ...]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    name = f"{table}_{'_'.join(columns)}_once"
    await get_current_engine().run_ddl(f'CREATE UNIQUE INDEX "{name}" ON "{table}" ({quoted})')
