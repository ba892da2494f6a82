"""Working days of a territory: Monday to Friday without its public holidays, in its own time zone. Pure.

Public holidays: code du travail, L3133-1; Good Friday and 26 December in Alsace-Moselle, L3134-13; the abolition of
slavery overseas, L3422-2. The holidays library has these rules, and the dates that decrees set.
"""

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from app.domain.calendar.time_zones import find_time_zone

_ALSACE = "6AE"
_SUBDIVISIONS = {
    **dict.fromkeys(("67", "68"), _ALSACE),
    **{code: code for code in ("57", "971", "972", "973", "974", "976")},
    "975": "PM",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
_SATURDAY = 5
_OPENING_HOUR, _CLOSING_HOUR = 9, 17
_DAY = timedelta(days=1)


@cache
def _load_holidays(subdivision: str | None) -> holidays.HolidayBase:
    return holidays.country_holidays("FR", subdiv=subdivision)


def is_working_day(day: date, area_code: str) -> bool:
    return day.weekday() < _SATURDAY and day not in _load_holidays(_SUBDIVISIONS.get(area_code))


def is_working_time(moment: datetime, area_code: str) -> bool:
    """A working day of the territory, from 9 to 17 o'clock: the hours at which an email finds people at work."""
    local = moment.astimezone(find_time_zone(area_code))
    return _OPENING_HOUR <= local.hour < _CLOSING_HOUR and is_working_day(local.date(), area_code)


def add_working_days(moment: datetime, days: int, area_code: str) -> datetime:
    """The same local time, `days` working days later.

    A moment on a day off counts as the beginning of the next working day.
    """
    local = moment.astimezone(find_time_zone(area_code))
    day, hour = local.date(), local.time()
    if not is_working_day(day, area_code):
        day, hour = _next_working_day(day, area_code), time()
    for _ in range(days):
        day = _next_working_day(day, area_code)
    return datetime.combine(day, hour, find_time_zone(area_code)).astimezone(moment.tzinfo)


def _next_working_day(day: date, area_code: str) -> date:
    day += _DAY
    while not is_working_day(day, area_code):
        day += _DAY
    return day
