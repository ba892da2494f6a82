"""Draws times, in seconds since 1970: people act in working hours, jobs run each night."""

from calendar import timegm
from collections.abc import Callable
from datetime import UTC, date, datetime

from app.domain.cases.lifecycle.retention import compute_closing_cutoff, compute_erasure_date

MINUTE, HOUR, DAY = 60, 3_600, 86_400
FIVE_YEARS = 5 * 365 * DAY
_OPENS, _OPEN_FOR = 8 * HOUR, 9 * HOUR
_NIGHT = 2 * HOUR
_MORNING = 5 * HOUR
_FRIDAY = 4
Draw = Callable[[], float]


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def morning_of(day: date) -> int:
    """The time at which the data of this day ends: after the night’s jobs, before work."""
    return timegm(day.timetuple()) + _MORNING


def working_day(at: int) -> int:
    """The first second of its day; for a weekend, of the Friday before."""
    day = at // DAY
    return (day - max(0, (day + 3) % 7 - _FRIDAY)) * DAY


def at_work(draw: Draw, after: int, days: float) -> int:
    """A working hour about so many days later, at least some minutes."""
    day = (after + int(days * DAY)) // DAY
    past_friday = (day + 3) % 7 - _FRIDAY
    if past_friday > 0:
        day += 3 - past_friday
    return max(after + MINUTE + int(draw() * 10 * MINUTE), day * DAY + _OPENS + int(draw() * _OPEN_FOR))


def night_from(at: int) -> int:
    """The next run of the night’s jobs."""
    return at + (_NIGHT - at) % DAY


def erasing_night(closed_at: int) -> int:
    """The night on which a case that was closed then is erased."""
    closed = moment(closed_at)
    night = night_from(int(compute_erasure_date(closed).timestamp()))
    while compute_closing_cutoff(moment(night)) < closed:
        night += DAY
    return night
