"""A very long thread of invented words: a dozen real sentences repeated would compress to nothing."""

import random

_SYLLABLES = [
    "a",
    "al",
    "an",
    "ba",
    "bli",
    "ca",
    "ce",
    "cla",
    "com",
    "con",
    "da",
    "de",
    "dé",
    "di",
    "do",
    "du",
    "é",
    "en",
    "er",
    "fi",
    "fo",
    "ga",
    "gi",
    "im",
    "in",
    "jus",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "mé",
    "mi",
    "mo",
    "na",
    "ne",
    "ni",
    "no",
    "nu",
    "o",
    "ou",
    "pa",
    "pe",
    "po",
    "pré",
    "qua",
    "que",
    "ra",
    "ré",
    "ri",
    "ro",
    "sa",
    "se",
    "si",
    "so",
    "ta",
    "té",
    "ti",
    "to",
    "tion",
    "tra",
    "tri",
    "u",
    "va",
    "ve",
    "vi",
    "vo",
]


def invent_messages(messages: int, seed: int) -> list[str]:
    """About 230 characters each, a quarter heavier than French text once compressed."""
    chosen = random.Random(seed)  # noqa: S311 # nosec B311  # the same words at each measure
    return [" ".join(_word(chosen) for _ in range(35)) + "." for _ in range(messages)]


def _word(chosen: random.Random) -> str:
    return "".join(chosen.choices(_SYLLABLES, k=chosen.choice((1, 2, 3, 4))))
