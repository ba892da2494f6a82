"""The words of a row of a list that depend on the day: when an answer is due, the last message, the age."""

from datetime import datetime

from app.domain.calendar.time_zones import PARIS
from app.domain.case_number import format_case_number
from app.domain.cases.inbox.rows import CaseRow
from app.text.standings import format_short_day

_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WEEK = 7


def format_due(row: CaseRow) -> str:
    """« répondre avant mercredi », « en retard de 2 jours ». Empty while no answer is due from the person's team."""
    if row.due_at is None:
        return ""
    days = (row.due_at.astimezone(PARIS).date() - row.today).days
    if row.late:
        return f"en retard de {-days} jour{'s' if days < -1 else ''}" if days < 0 else "en retard"
    if days <= 0:
        return f"répondre avant {_format_hour(row.due_at)}"
    return "répondre avant demain" if days == 1 else f"répondre avant {_format_coming_day(row.due_at, days)}"


def _format_coming_day(moment: datetime, days: int) -> str:
    """« mercredi », or « le 4 décembre » from a week on."""
    return _WEEKDAYS[moment.astimezone(PARIS).weekday()] if days < _WEEK else f"le {format_short_day(moment)}"


def format_last_said(row: CaseRow) -> str:
    """When the last message was written: « 14 h 05 », « hier », « mardi », « 4 décembre »."""
    days = (row.today - row.last_at.astimezone(PARIS).date()).days
    if days <= 0:
        return _format_hour(row.last_at)
    if days == 1:
        return "hier"
    return _WEEKDAYS[row.last_at.astimezone(PARIS).weekday()] if days < _WEEK else format_short_day(row.last_at)


def format_age(row: CaseRow) -> str:
    """« aujourd’hui », « hier », « il y a 12 jours »: since the case was sent."""
    days = (row.today - row.sent_at.astimezone(PARIS).date()).days
    return f"il y a {days} jours" if days > 1 else ("hier" if days == 1 else "aujourd’hui")


def _format_hour(moment: datetime) -> str:
    local = moment.astimezone(PARIS)
    return f"{local.hour} h {local.minute:02d}"


FILTERS = {"case_number": format_case_number, "due": format_due, "last_said": format_last_said, "age": format_age}
