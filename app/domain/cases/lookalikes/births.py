"""Compares two births, as different people type them: a date in any format, or a year alone. Pure."""

import re
from dataclasses import dataclass
from itertools import starmap

from db.search import fold_text

_MONTHS = ("janv", "fev", "mars", "avr", "mai", "juin", "juil", "aou", "sept", "oct", "nov", "dec")
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\b")
_TOGETHER = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{4})(?!\d)")
_NUMBER = re.compile(r"\d+")
_DAYS_AND_MONTHS = 31


@dataclass(frozen=True)
class Birth:
    """month and day: 0 where they are not known. year: of two digits where the century is not known."""

    year: int
    month: int = 0
    day: int = 0


def is_same_birth(one: str, other: str) -> bool:
    """What one of the two does not say is not compared. A text without a year is compared as it is."""
    known, met = parse_birth(one), parse_birth(other)
    if known is None or met is None:
        return bool(one.strip()) and fold_text(one) == fold_text(other)
    years = (known.year, met.year)
    same_year = years[0] % 100 == years[1] % 100 if min(years) < 100 else years[0] == years[1]
    return same_year and all(starmap(_is_compatible, ((known.month, met.month), (known.day, met.day))))


def _is_compatible(one: int, other: int) -> bool:
    return 0 in (one, other) or one == other


def parse_birth(typed: str) -> Birth | None:
    """« 12/03/1957 », « 12-3-57 », « 1957-03-12 », « 12031957 », « 12 mars 1957 », « 03/1957 », « 1957 »."""
    named = _MONTH.sub(lambda found: f" {_MONTHS.index(found[1]) + 1} ", fold_text(typed))
    parts = [int(part) for part in _NUMBER.findall(_TOGETHER.sub(r"\1 \2 \3", named))]
    if not 1 <= len(parts) <= len(("day", "month", "year")):
        return None
    day_first = parts[::-1] if parts[0] > _DAYS_AND_MONTHS else parts
    year, month, day = (*reversed(day_first), 0, 0)[:3]
    alone = len(parts) == 1
    if month > len(_MONTHS) or day > _DAYS_AND_MONTHS or (alone and year < 1000):
        return None
    return Birth(year, month, day)
