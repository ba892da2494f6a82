"""The form of an absence, on one's own page and on a member's."""

from datetime import date
from typing import Any

from app.domain.absences.absence import Absence
from app.domain.absences.plan import AbsencePlan
from app.domain.errors import Invalid
from app.routes.forms import Form
from app.text.absences import parse_day_after, parse_near_day

FIELDS = ("du", "au", "remplacement")
_UNREADABLE = "Saisissez une date comme 12/08/2026, ou 12/08."


def read_plan(form: Form, today: date) -> AbsencePlan:
    """A day without a year is the nearest one for the first day, the first one after it for the last day.

    Raises Invalid for each day that cannot be read.
    """
    first = parse_near_day(form.read_as_typed("du"), today)
    last = parse_day_after(form.read_as_typed("au"), first or today)
    if first is None or last is None:
        raise Invalid(**{name: _UNREADABLE for name, day in (("du", first), ("au", last)) if day is None})
    return AbsencePlan(first, last, _read_replacement(form))


def _read_replacement(form: Form) -> int | None:
    """0, which is no person, for what the select does not offer."""
    return (form.read_number("remplacement") or 0) if form.read_as_typed("remplacement") else None


def list_values(absence: Absence | None, refused: Form | None = None) -> dict[str, Any]:
    """What the fields show: what was typed into a refused form, otherwise the absence."""
    if refused is not None:
        return {name: refused.read_as_typed(name) for name in FIELDS}
    if absence is None:
        return dict.fromkeys(FIELDS, "")
    days = {"du": absence.first_day.isoformat(), "au": absence.last_day.isoformat()}
    return {**days, "remplacement": absence.replacement_id or ""}
