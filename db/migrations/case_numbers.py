"""Each case that was sent has a number; the numbers that were drawn are kept apart from their cases."""

import secrets
from collections.abc import Iterator

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres
from db.schema_change import change_schema_once, is_changed

ID = "2026-12-02T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a case has a number"
_BATCH = 500
_DAMM_TABLE = (
    *("0317598642", "7092154863", "4206871359", "1750983426", "6123045978"),
    *("3674209581", "5869720134", "8945362017", "9438617205", "2581436790"),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(change_schema)
    return manager


async def change_schema() -> None:
    if await is_changed("cases", "number"):
        return
    await change_schema_once("cases", "number", _STATEMENTS)
    await _number_sent_cases()


_STATEMENTS = (
    "CREATE TABLE case_number (id :serial, number INTEGER NOT NULL UNIQUE DEFAULT 0)",
    "ALTER TABLE cases ADD COLUMN number INTEGER",
    "CREATE UNIQUE INDEX cases_number ON cases (number)",
)


async def _number_sent_cases() -> None:
    """In the transaction of the statements: all cases are numbered, or none."""
    engine = get_current_engine()
    rows = await engine.run_ddl("SELECT id FROM cases WHERE sent_at IS NOT NULL AND erased_at IS NULL ORDER BY id")
    numbers = _draw_numbers()
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        listed = ", ".join(f"('{row['id']}', {next(numbers)})" for row in batch)
        same = "cases.id = CAST(kept.id AS UUID)" if is_postgres() else "cases.id = kept.id"
        await engine.run_ddl(
            f"WITH kept(id, number) AS (VALUES {listed}) "  # ids and numbers  # noqa: S608 # nosec B608
            f"UPDATE cases SET number = kept.number FROM kept WHERE {same}"
        )
    await engine.run_ddl("INSERT INTO case_number (number) SELECT number FROM cases WHERE number IS NOT NULL")


def _draw_numbers() -> Iterator[int]:
    drawn = set[int]()
    while True:
        number = secrets.randbelow(10**7)
        if number not in drawn:
            drawn.add(number)
            yield number * 10 + _compute_check_digit(f"{number:07}")


def _compute_check_digit(digits: str) -> int:
    """Damm's, as app/domain/case_number.py computes it: a migration does not follow later changes."""
    check = 0
    for digit in digits:
        check = int(_DAMM_TABLE[check][int(digit)])
    return check
