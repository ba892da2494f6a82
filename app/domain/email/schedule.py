"""When an email about a case leaves: as its recipient chose, in their time zone. Pure. Source: features.md S13.

| choice  | leaves                                                |
|---------|-------------------------------------------------------|
| AT_ONCE | alone, as soon as it is written                       |
| TWICE   | with the others of its slot, at 11 or 15 o'clock      |
| DAILY   | with the others of its slot, at 11 o'clock            |
| NONE    | never                                                 |
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class EmailFrequency(StrEnum):
    """The value is stored in the columns of stored_choices.py."""

    AT_ONCE = "at_once"
    TWICE = "twice"
    DAILY = "daily"
    NONE = "none"


_SLOT_HOURS = {EmailFrequency.TWICE: (time(11), time(15)), EmailFrequency.DAILY: (time(11),)}


def find_next_slot(frequency: EmailFrequency, zone: ZoneInfo, moment: datetime) -> datetime | None:
    """The slot of an email written at `moment`; None when the choice has no slots.

    Strictly after the moment: an email written at exactly eleven misses the slot of eleven o'clock.
    """
    return next((slot for slot in _list_slots(frequency, zone, moment) if slot > moment), None)


def _list_slots(frequency: EmailFrequency, zone: ZoneInfo, moment: datetime) -> Iterator[datetime]:
    """Today's and tomorrow's slots by local time: a day of 23 or 25 hours has its eleven o'clock too."""
    today = moment.astimezone(zone).date()
    for day in (today, today + timedelta(days=1)):
        for hour in _SLOT_HOURS.get(frequency, ()):
            yield datetime.combine(day, hour, zone).astimezone(moment.tzinfo)
