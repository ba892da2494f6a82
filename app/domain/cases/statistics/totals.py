"""The figures of a territory or an organisation: those of several are added up, and kept as JSON."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from app.domain.case_status import OPEN, Status

_HOUR = timedelta(hours=1)
_IN_DAYS_FROM = 48
_DAY = 24
_COUNTS = ("late", "urgent", "sent", "closed")


@dataclass
class Figures:
    """waits: of what was sent lately and is answered, how many for each shown_hours."""

    open: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(OPEN, 0))
    late: int = 0
    urgent: int = 0
    sent: int = 0
    closed: int = 0
    waits: Counter[int] = field(default_factory=Counter)

    @property
    def first_answer(self) -> timedelta | None:
        """The median, rounded down as it is shown (shown_hours); of an even number, the lower of the middle two."""
        half, answered = (self.waits.total() + 1) // 2, 0
        for hours in sorted(self.waits):
            answered += self.waits[hours]
            if answered >= half:
                return hours * _HOUR
        return None

    @property
    def empty(self) -> bool:
        return not (any(self.open.values()) or any(getattr(self, name) for name in _COUNTS) or self.waits)

    def add(self, other: "Figures") -> None:
        for status in OPEN:
            self.open[status] += other.open[status]
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for hours, answered in other.waits.items():
            self.waits[hours] += answered


def shown_hours(wait: timedelta) -> int:
    """Rounded down as app/text/formats.py says a duration: to the hour under two days, to the day from there on.

    Added up so, the median of several territories is shown as that of each wait would be.
    """
    hours = wait // _HOUR
    return hours if hours < _IN_DAYS_FROM else hours // _DAY * _DAY


Counted = dict[int, Figures]
"""Of one territory: its own under AREA_ITSELF, and each organisation's there, by its id."""
AREA_ITSELF = 0


def written(counted: Counted) -> str:
    """The same figures, the same text."""
    return json.dumps({key: _plain(figures) for key, figures in sorted(counted.items())}, separators=(",", ":"))


def _plain(figures: Figures) -> list[object]:
    return [*figures.open.values(), *(getattr(figures, name) for name in _COUNTS), dict(sorted(figures.waits.items()))]


@lru_cache(maxsize=256)
def read(text: str) -> Counted:
    """Once for each text: whoever gets it changes nothing in it."""
    return {int(key): _figures(*plain) for key, plain in json.loads(text).items()}


def _figures(new: int, seen: int, answered: int, *counts: object) -> Figures:
    *others, waits = counts
    found = Figures(dict(zip(OPEN, (new, seen, answered), strict=True)))
    for name, count in zip(_COUNTS, others, strict=True):
        setattr(found, name, count)
    found.waits = Counter({int(hours): many for hours, many in dict(waits).items()})  # type: ignore[call-overload]
    return found


@lru_cache(maxsize=16)
def organisations_of(areas: tuple[str, ...]) -> Counted:
    """Each organisation's, over all of these territories, as they are written. Once for the same ones, as above."""
    found: Counted = {}
    for text in areas:
        for organisation, figures in read(text).items():
            if organisation != AREA_ITSELF:
                found.setdefault(organisation, Figures()).add(figures)
    return found


def area_itself(area: str) -> Figures:
    return read(area).get(AREA_ITSELF, Figures())
