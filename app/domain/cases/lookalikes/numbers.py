"""The numbers of a citizen, however they are written. Pure."""

from collections.abc import Iterable

from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.search.spelling import list_number_spellings, split_numbers

_FEWEST_DIGITS = 6
"""A shorter number is also in other texts: a postcode, a year."""


def list_numbers(details: Iterable[CitizenDetail]) -> frozenset[str]:
    """Each spelling of those that identify the citizen. A phone may be a family's, or the office's."""
    return _list_spellings(detail.value for detail in details if may_be_number(detail.label) and not _is_phone(detail))


def list_phones(details: Iterable[CitizenDetail]) -> frozenset[str]:
    return _list_spellings(detail.value for detail in details if _is_phone(detail))


def may_be_number(label: str) -> bool:
    return not label.startswith(("Adresse", "Nom"))


def _list_spellings(values: Iterable[str]) -> frozenset[str]:
    spellings = (one for value in values for number in split_numbers(value) for one in list_number_spellings(number))
    return frozenset(one for one in spellings if sum(map(str.isdecimal, one)) >= _FEWEST_DIGITS)


def _is_phone(detail: CitizenDetail) -> bool:
    return "téléphone" in detail.label.lower()
