"""The numbers of a citizen in one form, however they are written. Pure."""

import re
from collections.abc import Iterable

from app.domain.cases.draft.draft import CitizenDetail

_LEFT_OUT = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"(?=(?:\D*\d){6})[0-9A-Z]{6,20}")
_MOST_LETTERS = 3
_ABROAD = re.compile(r"(?:0033|33)0?([1-9]\d{8})")
_WITH_KEY = re.compile(r"([1-478]\d{4}(?:\d{2}|2[AB])\d{6})\d{2}")
_WITH_LETTER = re.compile(r"(\d{7})[A-Z]")
"""A number of the CAF, whose letter is often left out."""


def list_numbers(details: Iterable[CitizenDetail]) -> frozenset[str]:
    """Those that identify the citizen. A phone may be a family's, or the office's."""
    return _normalize_all(detail.value for detail in details if not _is_phone(detail))


def list_phones(details: Iterable[CitizenDetail]) -> frozenset[str]:
    return _normalize_all(detail.value for detail in details if _is_phone(detail))


def may_be_number(label: str) -> bool:
    return not label.startswith(("Adresse", "Nom"))


def normalize_number(typed: str) -> str:
    """« 2 57 03 46 042 017 22 » -> 2570346042017; « +33 6 39 98 12 34 » -> 0639981234. Empty for other texts."""
    compact = _LEFT_OUT.sub("", typed).upper()
    if not _NUMBER.fullmatch(compact) or sum(map(str.isalpha, compact)) > _MOST_LETTERS:
        return ""
    for longer in (_WITH_KEY, _WITH_LETTER):
        if found := longer.fullmatch(compact):
            return found[1]
    abroad = _ABROAD.fullmatch(compact)
    return f"0{abroad[1]}" if abroad else compact


def _normalize_all(values: Iterable[str]) -> frozenset[str]:
    return frozenset(map(normalize_number, values)) - {""}


def _is_phone(detail: CitizenDetail) -> bool:
    return "téléphone" in detail.label.lower()
