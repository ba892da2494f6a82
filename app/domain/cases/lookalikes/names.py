"""Compares the names of two citizens, as different people type them. Pure. Source: features.md W10."""

from enum import Enum

from app.domain.cases.search.spelling import PARTICLES, split_name

SHORTEST_MISTYPED = 4
"""In a shorter name, one other letter makes another name: « Léo » and « Léa »."""
Words = tuple[str, ...]


class NameMatch(Enum):
    OTHER = "other"
    MISTYPED = "mistyped"
    SAME = "same"


def is_same_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """First and last names, in any order, also in one field, with one letter off in one of the two at most."""
    first, last = map(_split, one)
    other_first, other_last = map(_split, other)
    in_order = (_compare_names(first, other_first), _compare_names(last, other_last))
    if _sort_words(first + last) == _sort_words(other_first + other_last) != []:
        return True
    exchanged = (_compare_names(first, other_last), _compare_names(last, other_first))
    return any(NameMatch.SAME in matches and NameMatch.OTHER not in matches for matches in (in_order, exchanged))


def _split(text: str) -> Words:
    return tuple(split_name(text))


def _compare_names(one: Words, other: Words) -> NameMatch:
    """The shorter name is the other one, or a part of it: a second name added, a particle left out, words joined."""
    shorter, longer = sorted((one, other), key=lambda words: len("".join(words)))
    if _sort_words(shorter) == _sort_words(longer) != [] or _without_particles(one) == _without_particles(other) != "":
        return NameMatch.SAME
    if not _without_particles(shorter):
        return NameMatch.SAME if one == other != () else NameMatch.OTHER
    name, parts = "".join(shorter), _list_parts(longer)
    if name in parts:
        return NameMatch.SAME
    return NameMatch.MISTYPED if any(_is_mistyped(name, part) for part in parts) else NameMatch.OTHER


def _without_particles(words: Words) -> str:
    return "".join(word for word in words if word not in PARTICLES)


def _sort_words(words: Words) -> list[str]:
    """The same for « Anne-Marie » and « Marie-Anne ». A word that both fields repeat counts once."""
    return sorted({*words} - PARTICLES)


def _list_parts(words: Words) -> set[str]:
    """Each run of words, joined: d, haucourt, petit -> d, dhaucourt, dhaucourtpetit, haucourt…"""
    places = range(len(words))
    return {"".join(words[start : end + 1]) for start in places for end in places[start:]}


def _is_mistyped(one: str, other: str) -> bool:
    """One letter more, less or another, or two neighbours exchanged."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < SHORTEST_MISTYPED or len(longer) - len(shorter) > 1:
        return False
    same = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    exchanged = shorter[same : same + 2] == longer[same : same + 2][::-1] and shorter[same + 2 :] == longer[same + 2 :]
    return exchanged or shorter[same + (len(shorter) == len(longer)) :] == longer[same + 1 :]
