"""Reading the trail: who has the duty READ_AUDIT, what they filter by, page after page. Writing it is audit/log.py.

Names are looked up when it is read: the lines hold numbers. Source: features.md G5.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.accounts.actor import Actor
from app.domain.accounts.address import stored_as
from app.domain.accounts.duties import Duty, require
from app.domain.accounts.names import full_name
from app.domain.audit.log import write_audit, write_audit_once_a_day
from app.domain.calendar.time_zones import PARIS
from app.domain.errors import Invalid
from app.domain.rate_limit import Verb, spend
from app.domain.row_ids import LARGEST_ID
from db.engine import transaction
from db.search import fold
from db.tables import Audit, Person, Team

Condition = And | Or | Where | WhereRaw
PAGE_SIZE = 50
_BATCH = 1000


@dataclass(frozen=True)
class TrailFilters:
    """As typed; days are Paris's and both are included. before is the last line of the page before."""

    person: str = ""
    case_id: UUID | None = None
    team: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class Named:
    """A person or a team of a line: number and name; the name is empty once it is gone."""

    id: int
    name: str


@dataclass(frozen=True)
class TrailLine:
    id: int
    happened_at: datetime
    action: str
    person: Named | None
    about: Named | None
    team: Named | None
    case_id: UUID | None
    network: str
    browser: str
    verb: str = ""


@dataclass(frozen=True)
class TrailPage:
    """older is where the next page begins; None on the last."""

    lines: list[TrailLine]
    older: int | None


async def read_trail(actor: Actor, filters: TrailFilters, now: datetime) -> TrailPage:
    """The newest first. Reading it is told in it too, once a day. Raises NotFound, Invalid."""
    require(actor, Duty.READ_AUDIT)
    lines = await _lines(await _condition(filters), filters.before, PAGE_SIZE + 1)
    await write_audit_once_a_day("trail.read", now=now, person_id=actor.id)
    shown = lines[:PAGE_SIZE]
    return TrailPage(shown, shown[-1].id if len(lines) > PAGE_SIZE else None)


async def export_trail(actor: Actor, filters: TrailFilters, now: datetime) -> AsyncIterator[list[TrailLine]]:
    """Every line that the filters leave, in batches, the newest first. The export is a line by then.

    Raises NotFound, Invalid, TooOften before the first batch.
    """
    require(actor, Duty.READ_AUDIT)
    condition = await _condition(replace(filters, before=None))
    async with transaction():
        await spend(Verb.EXPORT, actor, now)
        await write_audit("trail.exported", now=now, person_id=actor.id)
    return _batches(condition)


async def _batches(condition: Condition) -> AsyncIterator[list[TrailLine]]:
    before: int | None = None
    while lines := await _lines(condition, before, _BATCH):
        yield lines
        before = lines[-1].id


async def _condition(filters: TrailFilters) -> Condition:
    """Raises Invalid, naming each filter that names nobody."""
    wrong: dict[str, str] = {}
    condition: Condition = Audit.id > 0
    for name, typed, found in (
        ("personne", filters.person, await _person(filters.person)),
        ("equipe", filters.team, await _teams(filters.team)),
    ):
        if typed and found is None:
            wrong[name] = _UNKNOWN[name]
        elif found is not None:
            condition = And(condition, found)
    if wrong:
        raise Invalid(**wrong)
    return And(condition, _plain(filters))


_UNKNOWN = {
    "personne": "Aucun compte n’a cette adresse ni ce numéro. Vérifiez-la, ou laissez ce champ vide.",
    "equipe": "Aucune équipe n’a ces mots dans son nom, ni ce numéro. Essayez avec moins de mots.",
}


def _plain(filters: TrailFilters) -> Condition:
    condition: Condition = Audit.id > 0
    if filters.case_id:
        condition = And(condition, Audit.case_id == filters.case_id)
    if filters.action:
        condition = And(condition, Audit.action == filters.action)
    if filters.since:
        condition = And(condition, Audit.happened_at >= _midnight(filters.since))
    if filters.until:
        condition = And(condition, Audit.happened_at < _midnight(filters.until + timedelta(days=1)))
    return condition


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


def _number(typed: str) -> int | None:
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 11 else None
    return number if number is not None and number <= LARGEST_ID else None


async def _person(typed: str) -> Condition | None:
    """What they did, and what was done about them. A number is good even when its account is gone."""
    number = _number(typed)
    if number is None and "@" in typed:
        row = await Person.select(Person.id).where(Person.address == stored_as(typed)).first()
        number = row["id"] if row else None
    return None if number is None else Or(Audit.person_id == number, Audit.about_id == number)


async def _teams(typed: str) -> Condition | None:
    number = _number(typed)
    if number is not None:
        return Audit.team_id == number
    words = fold(typed).split()
    rows = await Team.select(Team.id, Team.name) if words else []
    found = [row["id"] for row in rows if all(word in fold(row["name"]) for word in words)]
    return Audit.team_id.is_in(found) if found else None


async def _lines(condition: Condition, before: int | None, most: int) -> list[TrailLine]:
    query = Audit.select().where(condition).order_by(Audit.id, ascending=False).limit(most)
    rows: list[dict[str, Any]] = await (query.where(Audit.id < before) if before is not None else query)
    people = await _people({row[column] for row in rows for column in ("person_id", "about_id")} - {None})
    teams = await _team_names({row["team_id"] for row in rows} - {None})
    return [
        TrailLine(
            id=row["id"],
            happened_at=row["happened_at"],
            action=row["action"],
            person=people.get(row["person_id"]),
            about=people.get(row["about_id"]),
            team=teams.get(row["team_id"]),
            case_id=row["case_id"],
            network=row["network"],
            browser=row["browser"],
            verb=row["verb"],
        )
        for row in rows
    ]


async def _people(ids: set[int]) -> dict[int, Named]:
    if not ids:
        return {}
    rows = await Person.select(Person.id, Person.first_name, Person.last_name, Person.address).where(
        Person.id.is_in(sorted(ids))
    )
    names = {row["id"]: full_name(row) for row in rows}
    return {number: Named(number, names.get(number, "")) for number in ids}


async def _team_names(ids: set[int]) -> dict[int, Named]:
    if not ids:
        return {}
    rows = await Team.select(Team.id, Team.name).where(Team.id.is_in(sorted(ids)))
    names = {row["id"]: row["name"] for row in rows}
    return {number: Named(number, names.get(number, "")) for number in ids}
