"""The numbers of a citizen, however they are written. Pure."""

from collections.abc import Iterable

from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.search.births import list_birth_dates
from app.domain.cases.search.spelling import list_number_spellings, split_numbers

_FEWEST_DIGITS = 6
"""A shorter number is also in other texts: a postcode, a year."""
_MOST_OF_A_DATE = 8


def list_numbers(details: Iterable[CitizenDetail]) -> frozenset[str]:
    """Each spelling of those that identify the citizen. A phone may be a family's, or the office's."""
    return _list_spellings(detail.value for detail in details if may_be_number(detail.label) and not _is_phone(detail))


def list_phones(details: Iterable[CitizenDetail]) -> frozenset[str]:
    return _list_spellings(detail.value for detail in details if _is_phone(detail))


def may_be_number(label: str) -> bool:
    return not label.startswith(("Adresse", "Nom"))


def _list_spellings(values: Iterable[str]) -> frozenset[str]:
    """Without the dates, which are many people's."""
    numbers = [number for value in values if not _is_date(value) for number in split_numbers(value)]
    return frozenset(one for number in numbers for one in list_number_spellings(number) if _identifies(one))


def _identifies(number: str) -> bool:
    """« 0000000 » and « 1 00 00 00 000 000 » are typed where the number is not known."""
    digits = "".join(filter(str.isdecimal, number))
    return len(digits) >= _FEWEST_DIGITS and len({*digits[1:]}) > 1


def _is_date(value: str) -> bool:
    return sum(map(str.isdecimal, value)) <= _MOST_OF_A_DATE and bool(list_birth_dates(value))


def _is_phone(detail: CitizenDetail) -> bool:
    return "téléphone" in detail.label.lower()
