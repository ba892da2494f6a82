"""Search without accents or case, the two dialects in one place: the same LIKE serves both, db/trigrams.py helps one.

words_in says what is found without being readable: the words of a citizen (app/domain/cases/inbox/search_index.py).
"""

import re
import unicodedata
from itertools import groupby

from piccolo.columns import Text
from piccolo.columns.combination import And, Where, WhereRaw

MOST_WORDS = 8
LONGEST_WORD = 40
_PARTS = re.compile(r"[^\W\d_]+|\d+")


def fold(text: str) -> str:
    """Lower case, accents removed, blanks single: « Étude  d’ŒUVRE » -> « etude d'oeuvre »."""
    spelled = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return " ".join(plain.split())


def has_all_words(columns: list[Text], typed: str) -> And | Where | WhereRaw | None:
    """The condition that each typed word is in one of these folded columns; None when nothing was typed."""
    condition: And | Where | WhereRaw | None = None
    for word in fold(typed).split()[:MOST_WORDS]:
        found = in_one_of(columns, word)
        condition = found if condition is None else And(condition, found)
    return condition


def in_one_of(columns: list[Text], word: str) -> WhereRaw:
    """A folded word, anywhere in one of these folded columns."""
    pattern = _pattern(word)
    said = (f"{column._meta.table._meta.tablename}.{column._meta.name} LIKE {{}} ESCAPE '!'" for column in columns)
    return WhereRaw(f"({' OR '.join(said)})", *(pattern for _ in columns))


def _pattern(word: str) -> str:
    for special in "!%_":
        word = word.replace(special, f"!{special}")
    return f"%{word}%"


def words_in(text: str) -> frozenset[str]:
    """What a name or a number is found by whole, folded: « Le Goff-d'Arc » -> le, goff, arc; « 06 12 34 » -> 061234.

    A number is one word however it is spaced, with its longer parts: « 12/03/1957 » -> 12031957, 1957.
    """
    parts = _PARTS.findall(fold(text))
    runs = ["".join(run) for digits, run in groupby(parts, key=str.isdecimal) if digits]
    kept = [part for part in parts if len(part) >= (4 if part.isdecimal() else 2)]
    return frozenset(word[:LONGEST_WORD] for word in (*kept, *runs) if len(word) > 1)
