"""A birth, as different people type it: a date in any format, a month or a year. Pure.

What is indexed, what is searched and what is compared (lookalikes/births.py) are read here alone.
"""

import re
from dataclasses import dataclass

from db.search import fold_text

_MONTHS = ("jan", "fev", "mars", "avr", "mai", "juin", "juil", "aou", "sep", "oct", "nov", "dec")
_LAST_DAY = 31
_NAMED = rf"(?<![a-z])({'|'.join(_MONTHS)})[a-z]*[\s.-]*"
_YEAR_TYPED = r"(\d{4}|\d\d(?!\W?\d))(?!\d)"
_WRITTEN_DATE = re.compile(rf"(?<!\d)(\d{{1,2}})(?:er)?[\s.-]*{_NAMED}{_YEAR_TYPED}")
_WRITTEN_MONTH = re.compile(_NAMED + _YEAR_TYPED)
_START, _WHOLE_YEAR = r"(?<!\d)(?<!\d\W)", r"(?P<year>(?:18|19|20)\d\d)"
_DAY, _MONTH = r"(?P<day>\d{1,2})(?:er)?", r"(?P<month>\d{1,2})"
_DATES = tuple(
    re.compile(_START + pattern)
    for pattern in (
        rf"{_DAY}\W{{1,3}}{_MONTH}\W{{1,3}}{_WHOLE_YEAR}(?!\d)",
        rf"(?P<day>\d\d)(?P<month>\d\d){_WHOLE_YEAR}(?!\d)",
        rf"{_WHOLE_YEAR}\W{_MONTH}\W{_DAY}(?!\d)",
        rf"{_WHOLE_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
        rf"{_DAY}(?P<sign>\W{{1,3}}){_MONTH}(?P=sign)(?P<year>\d\d)(?!\W?\d)",
        rf"{_MONTH}(?:\W{_WHOLE_YEAR}|/(?P<short>\d\d))(?!\W?\d)",
    )
)
"""The last one has no day."""
_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")
_PHONE_GROUPS = re.compile(r"0\d(?:\s\d\d)+")
_CENTURIES, _LAST_OF_TWO_DIGITS = (1900, 2000), 99


@dataclass(frozen=True)
class Birth:
    """month and day: 0 where they are not known. year: of two digits where the century is not known."""

    year: int
    month: int = 0
    day: int = 0

    def list_years(self) -> list[int]:
        return [self.year] if self.year > _LAST_OF_TWO_DIGITS else [century + self.year for century in _CENTURIES]


def parse_birth(typed: str) -> Birth | None:
    """« 12/03/1957 à Marseille », « 12-3-57 », « 19570312 », « 12mars1957 », « 03/1957 », « vers 1957 ».

    None for a date that does not exist, and for two years.
    """
    if dates := _list_births(typed):
        return dates[0]
    years = set(_YEAR.findall(typed))
    return Birth(int(years.pop())) if len(years) == 1 else None


def _list_births(typed: str) -> list[Birth | None]:
    """None for each that does not exist."""
    plain = _WRITTEN_MONTH.sub(_write_month, write_dates_in_digits(typed))
    return [_build_birth(found) for pattern in _DATES for found in pattern.finditer(plain)]


def _build_birth(found: re.Match[str]) -> Birth | None:
    parts = found.groupdict()
    year, month, day = int(parts["year"] or parts["short"]), int(parts["month"]), int(parts.get("day", 1))
    exists = 1 <= month <= len(_MONTHS) and 1 <= day <= _LAST_DAY
    return Birth(year, month, day if "day" in parts else 0) if exists else None


def write_dates_in_digits(text: str) -> str:
    """Folded: « né le 12 mars 1957 » -> « ne le 12/3/1957 »."""
    return _WRITTEN_DATE.sub(lambda date: f"{date[1]}/{_MONTHS.index(date[2]) + 1}/{date[3]}", fold_text(text))


def _write_month(found: re.Match[str]) -> str:
    return f"{_MONTHS.index(found[1]) + 1}/{found[2]}"


def list_birth_dates(text: str) -> set[str]:
    """« 12/03/1957 », « 1957-03-12 » and « 12 mars 1957 » -> 12031957. « 12/3/57 » -> 12031957, 12032057."""
    births = [one for one in _list_births(text) if one and one.day]
    return {f"{one.day:02}{one.month:02}{year}" for one in births for year in one.list_years()}


def list_searched_dates(typed: str) -> set[str]:
    """« 06 12 34 » begins a telephone number in a search, and is a date in the field of the birth."""
    return set() if _PHONE_GROUPS.fullmatch(typed) else list_birth_dates(typed)


def list_birth_years(text: str) -> set[str]:
    return {str(year) for one in _list_births(text) if one for year in one.list_years()} | set(_YEAR.findall(text))
