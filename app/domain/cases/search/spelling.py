"""The words, numbers and dates of a citizen, in one spelling: the same when they are indexed and when they are typed.

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
_MONTHS = ["janv", "fev", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec"]
_WRITTEN_DATE = re.compile(rf"\b(\d{{1,2}})(?:er)?\s+({'|'.join(_MONTHS)})[a-z]*\.?\s+(\d{{4}})\b")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?:er)?\W{0,3}(\d{1,2})\W{0,3}((?:18|19|20)\d\d)(?!\d)")
_SHORT_YEAR = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d\d)(?![./-]?\d)")
_CENTURIES = ("19", "20")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:18|19|20)\d\d)\W(\d{1,2})\W(\d{1,2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")


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


def write_dates_in_digits(text: str) -> str:
    """Folded: « né le 12 mars 1957 » -> « ne le 12/3/1957 »."""
    return _WRITTEN_DATE.sub(lambda date: f"{date[1]}/{_MONTHS.index(date[2]) + 1}/{date[3]}", fold_text(text))


def list_birth_dates(text: str) -> set[str]:
    """« 12/03/1957 », « 1957-03-12 » and « 12 mars 1957 » -> 12031957. « 12/3/57 » -> 12031957, 12032057."""
    plain = write_dates_in_digits(text)
    dates = [(day, month, year) for day, month, year in _DAY_FIRST.findall(plain)]
    dates += [(day, month, year) for year, month, day in _YEAR_FIRST.findall(plain)]
    dates += [
        (day, month, century + year) for day, _, month, year in _SHORT_YEAR.findall(plain) for century in _CENTURIES
    ]
    return {f"{int(day):02}{int(month):02}{year}" for day, month, year in dates}


def list_birth_years(text: str) -> set[str]:
    return {date[-4:] for date in list_birth_dates(text)} | set(_YEAR.findall(fold_text(text)))
