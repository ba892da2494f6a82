"""The words and numbers of a citizen, in one spelling: the same when they are indexed and when they are typed.

Pure. A name has no particle of one letter, and is also found with its parts joined: « D’Haucourt », « D Haucourt » and
« Dhaucourt » are one.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from db.search import MAX_WORD_LENGTH, fold_text

PARTICLES = frozenset(
    (
        *("a", "al", "ben", "d", "da", "de", "del", "della", "der", "des", "di", "du", "e", "el", "l", "la", "las"),
        *("le", "les", "los", "o", "van", "von", "y", "zu"),
    )
)
"""Left out of a search beside other words."""
MAX_JOINED = 3
"""Parts joined at most: « de la Tour »."""
LAST_DIGITS = 4
_MIN_NUMBER, _MIN_ENDING = 4, 6
"""Digits of a number that is indexed, and of one that is found by its last four."""
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_WORDS = re.compile(r"[^\W_]+")
_SEPARATE = re.compile(r"[,;\n]| / ")
_COUNTRY_CODE = re.compile(r"(?:00)?(?:33|262|590|594|596|508)0?([1-9]\d{8})")
_SOCIAL_SECURITY = re.compile(r"([1-478]\d{4}[\dab]{2}\d{6})\d{2}")


def split_name(text: str) -> list[str]:
    """The folded parts, in order: « Le Goff-d’Arc » -> le, goff, d, arc."""
    return [part[:MAX_WORD_LENGTH] for part in _PARTS.findall(fold_text(text)) if not part.isdecimal()]


def join_neighbours(parts: Sequence[str]) -> set[str]:
    """Two or three neighbours in one word: le, goff, arc -> legoff, goffarc, legoffarc."""
    ends = [(start, end) for start in range(len(parts)) for end in range(start + 2, start + MAX_JOINED + 1)]
    return {"".join(parts[start:end])[:MAX_WORD_LENGTH] for start, end in ends if end <= len(parts)}


def split_numbers(text: str) -> list[str]:
    """The numbers of a text, each without spaces: « 06 39.98-12 34, 2024 A 77813 » -> 0639981234, 2024a77813."""
    return [number for one in _SEPARATE.split(fold_text(text)) for number in _iter_numbers(_WORDS.findall(one))]


def _iter_numbers(words: list[str]) -> Iterator[str]:
    for in_number, run in groupby(words, key=is_part_of_number):
        for number in ["".join(run)] if in_number else run:
            if has_number(number):
                yield number[:MAX_WORD_LENGTH]


def is_part_of_number(word: str) -> bool:
    """Digits with single letters: « 2a », « 1234567x », or one letter between groups."""
    return not re.search(r"[^\W\d]{2}", word) and (len(word) == 1 or _count_digits(word) > 0)


def has_number(word: str) -> bool:
    return _count_digits(word) >= _MIN_NUMBER


def _count_digits(text: str) -> int:
    return sum(map(str.isdecimal, text))


def list_number_spellings(number: str) -> set[str]:
    """A telephone number begins with 0, a social security number may lack its key, a letter may be left out."""
    digits = "".join(filter(str.isdecimal, number))
    found = {number, digits}
    if phone := _COUNTRY_CODE.fullmatch(digits):
        found.add(f"0{phone[1]}")
    if social_security := _SOCIAL_SECURITY.fullmatch(number):
        found.add(social_security[1])
    return {one for one in found if _count_digits(one) >= _MIN_NUMBER}


def list_number_parts(text: str) -> set[str]:
    """The groups of four digits or more: « 2024 A 77813 » is also found by 77813."""
    return {word[:MAX_WORD_LENGTH] for word in _WORDS.findall(fold_text(text)) if has_number(word)}


def list_number_endings(number: str) -> set[str]:
    """The last four digits of each of its spellings."""
    digits = {"".join(filter(str.isdecimal, one)) for one in list_number_spellings(number)}
    return {one[-LAST_DIGITS:] for one in digits if len(one) >= _MIN_ENDING}
