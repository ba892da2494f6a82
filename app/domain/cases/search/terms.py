"""What was typed in a search, cut into terms. Each term is found in one of several ways. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.domain.case_number import parse_case_number
from app.domain.cases.search.births import list_searched_dates, write_dates_in_digits
from app.domain.cases.search.spelling import (
    LAST_DIGITS,
    MAX_JOINED,
    PARTICLES,
    has_number,
    is_part_of_number,
    list_number_spellings,
    split_name,
    split_numbers,
)
from app.domain.cases.search.tokens import Mark, TokenPurpose
from db.search import MAX_WORD_LENGTH, MAX_WORDS

_NAMES = (TokenPurpose.LAST_NAME, TokenPurpose.FIRST_NAME, TokenPurpose.JOINED, TokenPurpose.OTHER)
_NUMBER_SIGNS = {"n°", "no", "numero"}
"""Beside a number they say nothing more."""
_WORDS = (*_NAMES, TokenPurpose.BIRTH)

Alternative = tuple[frozenset[Mark], ...]
"""The citizen has one mark of each of these sets."""


@dataclass(frozen=True)
class Term:
    """words: each is in the text in clear, or among the words of the citizen; empty if only the alternatives count.

    alternatives: the ways in which it is found among the citizen's words. number: of a case.
    """

    words: tuple["Term", ...] = ()
    text: str = ""
    alternatives: frozenset[Alternative] = frozenset()
    number: int | None = None

    def list_marks(self) -> set[Mark]:
        found = {mark for alternative in self.alternatives for marks in alternative for mark in marks}
        return found.union(*(word.list_marks() for word in self.words))


def parse_terms(typed: str) -> list[Term]:
    """« moreau 06 12 34 » -> moreau, and a number that is found whole or by each of its groups.

    Particles count only beside no other word: « de la Tour » is found by « Tour ».
    """
    words = write_dates_in_digits(typed).split()[: 2 * MAX_WORDS]
    if any(map(_is_number, words)):
        words = [word for word in words if word not in _NUMBER_SIGNS]
    found = list[Term]()
    for number, run in groupby(words, key=_is_number):
        together = list(run)
        found += [_build_number_term(together)] if number else _iter_word_terms(together)
    return found[:MAX_WORDS]


def _is_number(word: str) -> bool:
    """Digits, with single letters and the punctuation between them; with more letters, at least four digits."""
    only = all(map(is_part_of_number, _split_punctuation(word)))
    return has_number(word) or (only and any(map(str.isdecimal, word)))


def _split_punctuation(word: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in word).split()


def _build_number_term(words: Sequence[str]) -> Term:
    typed = " ".join(words)
    whole = frozenset(map(_as_alternative, _iter_number_marks(typed)))
    apart = tuple(_build_number_term([word]) for word in words) if len(words) > 1 else ()
    return Term(apart, "" if apart else typed, whole, parse_case_number(typed))


def _iter_number_marks(typed: str) -> Iterator[Mark]:
    for number in split_numbers(typed)[:1]:
        for one in list_number_spellings(number):
            yield TokenPurpose.NUMBER, one
        if len(number) == LAST_DIGITS and number.isdecimal():
            yield TokenPurpose.LAST_DIGITS, number
            yield TokenPurpose.BIRTH, number
    for date in list_searched_dates(typed):
        yield TokenPurpose.BIRTH, date


def _as_alternative(mark: Mark) -> Alternative:
    return (frozenset({mark}),)


def _iter_word_terms(words: Sequence[str]) -> Iterator[Term]:
    """Neighbours are also looked for in one word: « Le Goff » finds « Legoff »."""
    split = [split_name(word) for word in words]
    shown = [at for at, word in enumerate(words) if len(word) > 1 and word not in PARTICLES] or range(len(words))
    for at in shown:
        joined = {"".join(part for parts in split[start:end] for part in parts) for start, end in _list_runs(at, words)}
        yield Term(text=words[at], alternatives=frozenset(_iter_alternatives(split[at], joined)))


def _list_runs(at: int, words: Sequence[str]) -> list[tuple[int, int]]:
    """Of this word and its neighbours, also alone."""
    starts = range(max(0, at - MAX_JOINED + 1), at + 1)
    return [(start, end) for start in starts for end in range(at + 1, min(start + MAX_JOINED, len(words)) + 1)]


def _iter_alternatives(parts: Sequence[str], joined: set[str]) -> Iterator[Alternative]:
    for one in joined:
        if len(one) > 1:
            yield (frozenset((purpose, one[:MAX_WORD_LENGTH]) for purpose in _WORDS),)
    kept = [part for part in parts if len(part) > 1 and part not in PARTICLES] or [p for p in parts if len(p) > 1]
    if len(kept) > 1 or (kept and kept[0] not in joined):
        yield tuple(frozenset((purpose, part) for purpose in _WORDS) for part in kept)
