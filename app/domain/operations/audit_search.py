"""Searches and exports the audit log, for people who have the duty READ_AUDIT. Source: features.md G5."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.accounts.actor import Actor
from app.domain.accounts.address import normalize_address
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.names import format_full_name
from app.domain.audit.log import write_audit, write_audit_daily
from app.domain.calendar.time_zones import PARIS
from app.domain.errors import Invalid
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from app.domain.row_ids import LARGEST_ID
from db.engine import transaction
from db.search import fold_text
from db.tables.audit import AuditEntry
from db.tables.people import Person
from db.tables.teams import Team

Condition = And | Or | Where | WhereRaw
PAGE_SIZE = 50
_BATCH_SIZE = 1000


@dataclass(frozen=True)
class AuditFilters:
    """Values as typed. The days are in Paris, both included. `before` is the last line of the page before."""

    person: str = ""
    case_id: UUID | None = None
    team: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


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
    lines = await _load_lines(await _build_condition(filters), filters.before, PAGE_SIZE + 1)
    await write_audit_daily("trail.read", now=now, person_id=actor.id)
    shown = lines[:PAGE_SIZE]
    return AuditPage(shown, shown[-1].id if len(lines) > PAGE_SIZE else None)


async def export_audit_log(actor: Actor, filters: AuditFilters, now: datetime) -> AsyncIterator[list[AuditLine]]:
    """All matching lines in batches, the newest first. The export is recorded before the first batch.

    Raises NotFound, Invalid, TooManyRequests before the first batch.
    """
    require_duty(actor, Duty.READ_AUDIT)
    condition = await _build_condition(replace(filters, before=None))
    async with transaction():
        await consume_rate_limit(LimitedAction.EXPORT, actor, now)
        await write_audit("trail.exported", now=now, person_id=actor.id)
    return _read_batches(condition)


async def _read_batches(condition: Condition) -> AsyncIterator[list[AuditLine]]:
    before: int | None = None
    while lines := await _load_lines(condition, before, _BATCH_SIZE):
        yield lines
        before = lines[-1].id


async def _build_condition(filters: AuditFilters) -> Condition:
    """Raises Invalid for each filter whose person or team does not exist."""
    wrong: dict[str, str] = {}
    condition: Condition = AuditEntry.id > 0
    for name, typed, found in (
        ("personne", filters.person, await _build_person_condition(filters.person)),
        ("equipe", filters.team, await _build_team_condition(filters.team)),
    ):
        if typed and found is None:
            wrong[name] = _UNKNOWN[name]
        elif found is not None:
            condition = And(condition, found)
    if wrong:
        raise Invalid(**wrong)
    return And(condition, _build_plain_condition(filters))


_UNKNOWN = {
    "personne": "Aucun compte n’a cette adresse ni ce numéro. Vérifiez-la, ou laissez ce champ vide.",
    "equipe": "Aucune équipe n’a ces mots dans son nom, ni ce numéro. Essayez avec moins de mots.",
}


def _build_plain_condition(filters: AuditFilters) -> Condition:
    condition: Condition = AuditEntry.id > 0
    if filters.case_id:
        condition = And(condition, AuditEntry.case_id == filters.case_id)
    if filters.action:
        condition = And(condition, AuditEntry.action == filters.action)
    if filters.since:
        condition = And(condition, AuditEntry.happened_at >= _compute_midnight(filters.since))
    if filters.until:
        condition = And(condition, AuditEntry.happened_at < _compute_midnight(filters.until + timedelta(days=1)))
    return condition


def _compute_midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


def _parse_id(typed: str) -> int | None:
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 11 else None
    return number if number is not None and number <= LARGEST_ID else None


async def _build_person_condition(typed: str) -> Condition | None:
    """Lines by the person or about them. An id is valid even when its account no longer exists."""
    number = _parse_id(typed)
    if number is None and "@" in typed:
        row = await Person.select(Person.id).where(Person.address == normalize_address(typed)).first()
        number = row["id"] if row else None
    return None if number is None else Or(AuditEntry.person_id == number, AuditEntry.target_person_id == number)


async def _build_team_condition(typed: str) -> Condition | None:
    number = _parse_id(typed)
    if number is not None:
        return AuditEntry.team_id == number
    words = fold_text(typed).split()
    rows = await Team.select(Team.id, Team.name) if words else []
    found = [row["id"] for row in rows if all(word in fold_text(row["name"]) for word in words)]
    return AuditEntry.team_id.is_in(found) if found else None


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
