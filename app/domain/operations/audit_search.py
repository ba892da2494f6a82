"""Searches and exports the audit log, for people who have the duty READ_AUDIT. Source: features.md G5."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.names import format_full_name
from app.domain.audit.log import write_audit, write_audit_daily
from app.domain.operations.audit_conditions import AuditFilters, Condition, build_audit_condition
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.engine import transaction
from db.tables.audit import AuditEntry
from db.tables.people import Person
from db.tables.teams import Team

PAGE_SIZE = 50
_BATCH_SIZE = 1000


@dataclass(frozen=True)
class NamedReference:
    """The name is empty once the person or team no longer exists. It is looked up at each reading: lines store ids."""

    id: int
    name: str


@dataclass(frozen=True)
class AuditLine:
    id: int
    happened_at: datetime
    action: str
    person: NamedReference | None
    about: NamedReference | None
    team: NamedReference | None
    case_id: UUID | None
    network: str
    browser: str
    denied_route: str = ""


@dataclass(frozen=True)
class AuditPage:
    """`next_before` is where the next page begins; None on the last page."""

    lines: list[AuditLine]
    next_before: int | None


async def search_audit_log(actor: Actor, filters: AuditFilters, now: datetime) -> AuditPage:
    """The newest first. Once a day, the search itself is recorded in the audit log. Raises NotFound, Invalid."""
    require_duty(actor, Duty.READ_AUDIT)
    lines = await _load_lines(await build_audit_condition(filters), filters.before, PAGE_SIZE + 1)
    await write_audit_daily("trail.read", now=now, person_id=actor.id)
    shown = lines[:PAGE_SIZE]
    return AuditPage(shown, shown[-1].id if len(lines) > PAGE_SIZE else None)


async def export_audit_log(actor: Actor, filters: AuditFilters, now: datetime) -> AsyncIterator[list[AuditLine]]:
    """All matching lines in batches, the newest first. The export is recorded before the first batch.

    Raises NotFound, Invalid, TooManyRequests before the first batch.
    """
    require_duty(actor, Duty.READ_AUDIT)
    condition = await build_audit_condition(replace(filters, before=None))
    async with transaction():
        await consume_rate_limit(LimitedAction.EXPORT, actor, now)
        await write_audit("trail.exported", now=now, person_id=actor.id)
    return _read_batches(condition)


async def _read_batches(condition: Condition) -> AsyncIterator[list[AuditLine]]:
    before: int | None = None
    while lines := await _load_lines(condition, before, _BATCH_SIZE):
        yield lines
        before = lines[-1].id


async def _load_lines(condition: Condition, before: int | None, most: int) -> list[AuditLine]:
    query = AuditEntry.select().where(condition).order_by(AuditEntry.id, ascending=False).limit(most)
    rows: list[dict[str, Any]] = await (query.where(AuditEntry.id < before) if before is not None else query)
    people = await _load_people({row[column] for row in rows for column in ("person_id", "target_person_id")} - {None})
    teams = await _load_teams({row["team_id"] for row in rows} - {None})
    return [
        AuditLine(
            id=row["id"],
            happened_at=row["happened_at"],
            action=row["action"],
            person=people.get(row["person_id"]),
            about=people.get(row["target_person_id"]),
            team=teams.get(row["team_id"]),
            case_id=row["case_id"],
            network=row["network"],
            browser=row["browser"],
            denied_route=row["denied_route"],
        )
        for row in rows
    ]


async def _load_people(ids: set[int]) -> dict[int, NamedReference]:
    if not ids:
        return {}
    rows = await Person.select(Person.id, Person.first_name, Person.last_name, Person.address).where(
        Person.id.is_in(sorted(ids))
    )
    names = {row["id"]: format_full_name(row) for row in rows}
    return {number: NamedReference(number, names.get(number, "")) for number in ids}


async def _load_teams(ids: set[int]) -> dict[int, NamedReference]:
    if not ids:
        return {}
    rows = await Team.select(Team.id, Team.name).where(Team.id.is_in(sorted(ids)))
    names = {row["id"]: row["name"] for row in rows}
    return {number: NamedReference(number, names.get(number, "")) for number in ids}
