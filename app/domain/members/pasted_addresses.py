"""Parses a pasted list of addresses, as people copy it out of an email or a spreadsheet.

One address a line, or separated by commas or semicolons; « Marie Dupont <m@x.fr> », « Dupont, Marie <m@x.fr> ».
"""

import re
from dataclasses import dataclass

from app.domain.accounts.identity import MAX_LENGTHS, normalize_spaces

_PIECE = re.compile(r"[^,;\n\t]+|[,;\n\t]")
_NAMED = re.compile(r"(.*?)<([^<>]*)>\s*", re.DOTALL)


@dataclass(frozen=True)
class AddressEntry:
    """One person of the list. typed: the text of the entry, from which the other fields are read."""

    typed: str
    address: str
    first_name: str = ""
    last_name: str = ""


def parse_entries(text: str) -> list[AddressEntry]:
    """In the order of the list. Text without an address is an entry too, so that it gets an answer."""
    entries: list[AddressEntry] = []
    surname = ""
    pieces = _PIECE.findall(text)
    for place, piece in enumerate(pieces):
        if piece in ",;\n\t" or not normalize_spaces(piece):
            continue
        if _starts_with_surname(pieces[place:]):
            surname = normalize_spaces(piece)
            continue
        entries.append(_parse_entry(piece, surname))
        surname = ""
    return entries


def _starts_with_surname(pieces: list[str]) -> bool:
    """« Dupont » of « Dupont, Marie <m@x.fr> »: words without an address, a comma, then an address in brackets."""
    if len(pieces) < 3 or "@" in pieces[0] or pieces[1] != ",":
        return False
    return bool(_NAMED.fullmatch(pieces[2]))


def _parse_entry(piece: str, surname: str) -> AddressEntry:
    named = _NAMED.fullmatch(piece)
    words = normalize_spaces(named[1]).strip("\"'« »") if named else ""
    first, last = (words, surname.strip("\"'« ")) if surname else _split_name(words)
    return AddressEntry(
        typed=f"{surname}, {normalize_spaces(piece)}" if surname else normalize_spaces(piece),
        address=normalize_spaces(named[2] if named else piece),
        first_name=first[: MAX_LENGTHS["prenom"]],
        last_name=last[: MAX_LENGTHS["nom"]],
    )


def _split_name(words: str) -> tuple[str, str]:
    """Words in capitals are the last name, wherever they are; without any, the first word is the first name."""
    all_words = words.split()
    capitals = [word for word in all_words if word.isupper() and len(word) > 1]
    if capitals and len(capitals) < len(all_words):
        return " ".join(word for word in all_words if word not in capitals), " ".join(capitals)
    return (all_words[0], " ".join(all_words[1:])) if all_words else ("", "")
