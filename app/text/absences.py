"""Absences in words, and the days that people type for them."""

from datetime import date

from app.domain.absences.absence import Absence
from app.domain.absences.absent_teams import AbsentTeam
from app.text.formats import format_date, parse_day


def format_until(day: date) -> str:
    """« jusqu’au 12 août ». An absence lasts a year at most, so that the year goes without saying."""
    return f"jusqu’au {_format_short(day)}"


def format_absence(absence: Absence) -> str:
    """« absence jusqu’au 12 août ; remplacement : Julien Delmas »"""
    replaced = f" ; remplacement : {absence.replacement}" if absence.replacement else ""
    return f"absence {format_until(absence.last_day)}{replaced}"


def format_absent_team(team: AbsentTeam) -> str:
    """« CAF du Lot : toute l’équipe est absente jusqu’au 12 août. »"""
    return f"{team.name} : toute l’équipe est absente {format_until(team.until)}."


def format_days(absence: Absence) -> str:
    """« du 3 au 12 août 2026 », « du 30 juillet 2026 au 12 août 2026 », « le 12 août 2026 »"""
    first, last = absence.first_day, absence.last_day
    if first == last:
        return f"le {format_date(last)}"
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"du {format_date(first).split(' ')[0] if same_month else format_date(first)} au {format_date(last)}"


def choose_date_field(typed: str) -> str:
    """The type of the field: a date field would show nothing of words that it cannot read."""
    try:
        date.fromisoformat(typed)
    except ValueError:
        return "text" if typed else "date"
    return "date"


def parse_near_day(typed: str, near: date) -> date | None:
    """As parse_day. « 12/08 », « 12 août »: the year that brings the day nearest to `near`."""
    if full := parse_day(typed):
        return full
    found = [parse_day(f"{typed}/{year}") for year in range(near.year - 1, near.year + 2)]
    return min((day for day in found if day), key=lambda day: abs(day - near), default=None)


def parse_day_after(typed: str, first: date) -> date | None:
    """As parse_day. « 12/08 »: the first such day that is not before `first`."""
    if full := parse_day(typed):
        return full
    found = [parse_day(f"{typed}/{year}") for year in range(first.year, first.year + 2)]
    return min((day for day in found if day and day >= first), default=None)


def _format_short(day: date) -> str:
    return format_date(day).rsplit(" ", 1)[0]


FILTERS = {
    "until": format_until,
    "absence": format_absence,
    "absent_team": format_absent_team,
    "absence_days": format_days,
    "date_field": choose_date_field,
}
