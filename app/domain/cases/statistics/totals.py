"""The statistics of an area or an organisation: added up over several, and stored as JSON."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from app.domain.case_status import OPEN_STATUSES, Status

_HOUR = timedelta(hours=1)
_SHOWN_IN_DAYS_FROM = 48
_HOURS_PER_DAY = 24
COUNT_FIELDS = ("late", "urgent", "sent", "closed", "unanswered", "duplicates")


@dataclass
class CaseStatistics:
    """unanswered are those of `closed` that ended while a team had answered nothing; duplicates those that continue in
    another case.

    answer_delays is hours until the first answer, rounded by round_down_hours -> number of cases sent lately.
    """

    open: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(OPEN_STATUSES, 0))
    late: int = 0
    urgent: int = 0
    sent: int = 0
    closed: int = 0
    unanswered: int = 0
    duplicates: int = 0
    answer_delays: Counter[int] = field(default_factory=Counter)

    @property
    def median_first_answer(self) -> timedelta | None:
        """Of an even number of delays, the lower of the two in the middle. None without any answer."""
        half, answered = (self.answer_delays.total() + 1) // 2, 0
        for hours in sorted(self.answer_delays):
            answered += self.answer_delays[hours]
            if answered >= half:
                return hours * _HOUR
        return None

    @property
    def is_empty(self) -> bool:
        return not (any(self.open.values()) or any(getattr(self, name) for name in COUNT_FIELDS) or self.answer_delays)

    def add(self, other: "CaseStatistics") -> None:
        for status in OPEN_STATUSES:
            self.open[status] += other.open[status]
        for name in COUNT_FIELDS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for hours, answered in other.answer_delays.items():
            self.answer_delays[hours] += answered


def round_down_hours(wait: timedelta) -> int:
    """To the hour under two days, to the day from there on, as format_duration shows it.

    The median of rounded delays is the rounded median, so that medians of several areas add up.
    """
    hours = wait // _HOUR
    return hours if hours < _SHOWN_IN_DAYS_FROM else hours // _HOURS_PER_DAY * _HOURS_PER_DAY


StatisticsByOrganisation = dict[int, CaseStatistics]
"""Organisation id -> its statistics in one area; WHOLE_AREA -> the area's own."""
WHOLE_AREA = 0


def encode_statistics(counted: StatisticsByOrganisation) -> str:
    """Equal statistics give the same text."""
    return json.dumps({key: _encode_values(figures) for key, figures in sorted(counted.items())}, separators=(",", ":"))


def _encode_values(figures: CaseStatistics) -> list[object]:
    return [
        *figures.open.values(),
        *(getattr(figures, name) for name in COUNT_FIELDS),
        dict(sorted(figures.answer_delays.items())),
    ]


@lru_cache(maxsize=256)
def decode_statistics(text: str) -> StatisticsByOrganisation:
    """Cached for each text: callers must not change the result."""
    return {int(key): _decode_values(*plain) for key, plain in json.loads(text).items()}


def _decode_values(new: int, seen: int, answered: int, *counts: object) -> CaseStatistics:
    *others, waits = counts
    found = CaseStatistics(dict(zip(OPEN_STATUSES, (new, seen, answered), strict=True)))
    for name, count in zip(COUNT_FIELDS, others, strict=True):
        setattr(found, name, count)
    found.answer_delays = Counter({int(hours): many for hours, many in dict(waits).items()})  # type: ignore[call-overload]
    return found


@lru_cache(maxsize=16)
def sum_by_organisation(areas: tuple[str, ...]) -> StatisticsByOrganisation:
    """areas are the encoded statistics of each area. Cached: callers must not change the result."""
    found: StatisticsByOrganisation = {}
    for text in areas:
        for organisation, figures in decode_statistics(text).items():
            if organisation != WHOLE_AREA:
                found.setdefault(organisation, CaseStatistics()).add(figures)
    return found


def decode_area_total(area: str) -> CaseStatistics:
    return decode_statistics(area).get(WHOLE_AREA, CaseStatistics())
