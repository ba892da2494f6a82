"""Compares two births, as different people type them. Pure."""

from itertools import starmap

from app.domain.cases.search.births import parse_birth
from db.search import fold_text


def is_same_birth(one: str, other: str) -> bool:
    """What one of the two does not say is not compared. A text without a year is compared as it is."""
    known, met = parse_birth(one), parse_birth(other)
    if known is None or met is None:
        return bool(one.strip()) and fold_text(one) == fold_text(other)
    same_year = not {*known.list_years()}.isdisjoint(met.list_years())
    return same_year and all(starmap(_is_compatible, ((known.month, met.month), (known.day, met.day))))


def _is_compatible(one: int, other: int) -> bool:
    return 0 in (one, other) or one == other
