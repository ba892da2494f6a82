"""Who is absent, until when, and who replaces them. Source: features.md W4."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from db.batch import BatchQuery, BoundQuery, Decoders, Row, fetch_query

AWAY_SQL = "{} >= absence.begins_at AND {} < absence.ends_at"
"""True while the absence lasts. Both values are the present moment."""
ABSENCE_COLUMNS = {
    "absent_person": "absence.person",
    "first_day": "absence.first_day",
    "last_day": "absence.last_day",
    "replacement": "absence.replacement",
    "replacement_name": "replacing.first_name || ' ' || replacing.last_name",
    "replaces": """replacing.active AND EXISTS (SELECT 1 FROM membership AS own
        JOIN membership AS shared ON shared.team = own.team
        WHERE own.person = absence.person AND shared.person = absence.replacement)""",
}
ABSENCE_DECODERS: Decoders = {"first_day": date.fromisoformat, "last_day": date.fromisoformat, "replaces": bool}
REPLACEMENT_SQL = "LEFT JOIN person AS replacing ON replacing.id = absence.replacement"
"""Behind the table `absence` in a query, for ABSENCE_COLUMNS and decode_absence."""


@dataclass(frozen=True)
class Absence:
    """replacement_id, replacement: the colleague who replaces the person, and their name; None and empty without one.

    former_replacement: the name of the person who was chosen, and is no active colleague any more.
    """

    person_id: int
    first_day: date
    last_day: date
    replacement_id: int | None
    replacement: str
    former_replacement: str


def decode_absence(row: Row) -> Absence | None:
    """None when the query joined no absence."""
    if row["absent_person"] is None:
        return None
    name = (row["replacement_name"] or "").strip()
    return Absence(
        person_id=row["absent_person"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        replacement_id=row["replacement"] if row["replaces"] else None,
        replacement=name if row["replaces"] else "",
        former_replacement="" if row["replaces"] else name,
    )


async def find_absences(people: Collection[int], now: datetime) -> dict[int, Absence]:
    """Person -> their absence, for those who are absent now. One statement for any number of people."""
    return await _find_absences(people, AWAY_SQL, now, now)


async def find_planned_absences(people: Collection[int], now: datetime) -> dict[int, Absence]:
    """Person -> their absence, present or next."""
    return await _find_absences(people, "absence.ends_at > {}", now)


async def is_absent(person_id: int, now: datetime) -> bool:
    return bool(await find_absences([person_id], now))


async def _find_absences(people: Collection[int], condition: str, *moments: datetime) -> dict[int, Absence]:
    if not people:
        return {}
    rows = await fetch_query(_build_query(list(people), condition, *(one.astimezone(UTC) for one in moments)))
    return {one.person_id: one for one in map(decode_absence, rows) if one}


def _build_query(people: list[int], condition: str, *moments: datetime) -> BoundQuery:
    asked = ", ".join(["{}"] * len(people))
    source = f"absence {REPLACEMENT_SQL} WHERE absence.person IN ({asked}) AND {condition}"
    return BatchQuery(ABSENCE_COLUMNS, source, ABSENCE_DECODERS).bind(*people, *moments)
