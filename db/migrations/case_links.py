"""Cases of one citizen can be linked, and one can continue in another. Statistics have one more count."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.schema_change import change_schema_once

ID = "2026-12-02T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "cases of one citizen are linked"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    await change_schema_once("case_continuation", "undo", _STATEMENTS)


_CASE = "UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE"
_STATEMENTS = (
    f"""CREATE TABLE case_link (
        id :serial,
        first_case {_CASE},
        second_case {_CASE},
        linked_by INTEGER REFERENCES person (id) ON DELETE SET NULL ON UPDATE CASCADE DEFAULT null,
        linked_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
    )""",
    "CREATE UNIQUE INDEX case_link_first_case_second_case_once ON case_link (first_case, second_case)",
    "CREATE INDEX case_link_second_case ON case_link (second_case)",
    "CREATE INDEX case_link_linked_by ON case_link (linked_by)",
    # app/domain/cases/statistics/totals.py stores one more count: each area is counted again.
    "DELETE FROM area_statistics",
    f"""CREATE TABLE case_continuation (
        id :serial,
        "case" {_CASE} UNIQUE,
        other_case {_CASE},
        continued_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
        undo TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX case_continuation_other_case ON case_continuation (other_case)",
)
