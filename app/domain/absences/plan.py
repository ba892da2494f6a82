"""The days of an absence: which are accepted, and how they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.absences.colleagues import Replacement
from app.domain.calendar.time_zones import PARIS
from app.domain.email.recipients import load_time_zones
from app.domain.errors import Invalid
from db.tables.absences import Absence

LONGEST = timedelta(days=366)
_PAST = "Ce jour est passé : donnez le dernier jour d’une absence en cours ou à venir."
_BEFORE = "Le dernier jour vient avant le premier."
_TOO_LONG = "Une absence dure un an au plus. Vous pourrez la prolonger."
_TOO_FAR = "Ce jour est dans plus d’un an : l’absence s’indiquera plus tard."
_NOT_OFFERED = "Cette personne ne peut pas remplacer : choisissez-en une autre, ou « Personne »."


@dataclass(frozen=True)
class AbsencePlan:
    """Both days are inside the absence."""

    first_day: date
    last_day: date
    replacement_id: int | None


async def find_today(person_id: int, now: datetime) -> date:
    """The day in the person's territory."""
    return now.astimezone(await _find_zone(person_id)).date()


async def write_absence(person_id: int, plan: AbsencePlan, offered: Sequence[Replacement], now: datetime) -> bool:
    """Replaces the person's absence, in the caller's transaction.

    Returns whether the replacement is absent too on one of the days. Raises Invalid for each field.
    """
    zone = await _find_zone(person_id)
    _check_plan(plan, now.astimezone(zone).date(), {one.id for one in offered})
    begins_at, ends_at = _find_midnight(plan.first_day, zone), _find_midnight(plan.last_day + timedelta(days=1), zone)
    values = {
        Absence.replacement: plan.replacement_id,
        Absence.first_day: plan.first_day,
        Absence.last_day: plan.last_day,
        Absence.begins_at: begins_at,
        Absence.ends_at: ends_at,
    }
    row = Absence({Absence.person: person_id, **values})
    await Absence.insert(row).on_conflict(target=Absence.person, action="DO UPDATE", values=list(values.items()))
    return await Absence.exists().where(
        Absence.person == (plan.replacement_id or 0), Absence.begins_at < ends_at, Absence.ends_at > begins_at
    )


def _check_plan(plan: AbsencePlan, today: date, offered: set[int]) -> None:
    wrong = {}
    if plan.first_day > today + LONGEST:
        wrong["du"] = _TOO_FAR
    if plan.last_day < plan.first_day:
        wrong["au"] = _BEFORE
    elif plan.last_day < today:
        wrong["au"] = _PAST
    elif plan.last_day - plan.first_day >= LONGEST:
        wrong["au"] = _TOO_LONG
    if plan.replacement_id is not None and plan.replacement_id not in offered:
        wrong["remplacement"] = _NOT_OFFERED
    if wrong:
        raise Invalid(**wrong)


async def _find_zone(person_id: int) -> ZoneInfo:
    return (await load_time_zones([person_id])).get(person_id, PARIS)


def _find_midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
