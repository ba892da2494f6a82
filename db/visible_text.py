"""Removes the characters that a copy brings along and nothing shows: marks of direction, zero-width, soft hyphens.

Two of them are letters' business: a joiner, or a non-joiner, changes the shape of an Arabic or an Indian letter. A name
keeps it between two such letters, and no search counts it. In Latin, Greek and Cyrillic it does nothing, and goes.
"""

import unicodedata

_JOINERS = "\u200c\u200d"
_PLAIN_SCRIPTS = ("LATIN ", "GREEK ", "CYRILLIC ")


def remove_invisible(text: str) -> str:
    """Without format characters (Cf), but for a joiner inside a word that needs it."""
    if text.isascii():
        return text
    return "".join(
        one for at, one in enumerate(text) if unicodedata.category(one) != "Cf" or _is_needed_joiner(text, at)
    )


def remove_every_invisible(text: str) -> str:
    """For what has one spelling: an address, a number, a searched word."""
    return text if text.isascii() else "".join(one for one in text if unicodedata.category(one) != "Cf")


def _is_needed_joiner(text: str, at: int) -> bool:
    return text[at] in _JOINERS and 0 < at < len(text) - 1 and _is_shaped(text[at - 1]) and _is_shaped(text[at + 1])


def _is_shaped(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LM" and not unicodedata.name(letter, "").startswith(_PLAIN_SCRIPTS)
