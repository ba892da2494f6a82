"""Search that ignores accents and case, by the same LIKE on both databases; db/trigrams.py speeds it up on PostgreSQL.

split_search_words gives the words of a citizen that are found by token (app/domain/cases/inbox/search_index.py).
"""

import re
import unicodedata
from itertools import groupby

from piccolo.columns import Text
from piccolo.columns.combination import And, Where, WhereRaw

MAX_WORDS = 8
MAX_WORD_LENGTH = 40
_PARTS = re.compile(r"[^\W\d_]+|\d+")


def fold_text(text: str) -> str:
    """Lower case, without accents, with single spaces: « Étude  d’ŒUVRE » -> « etude d'oeuvre »."""
    spelled = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return " ".join(plain.split())


def build_all_words_condition(columns: list[Text], typed: str) -> And | Where | WhereRaw | None:
    """The condition that each typed word is in one of these folded columns. None when nothing was typed."""
    condition: And | Where | WhereRaw | None = None
    for word in fold_text(typed).split()[:MAX_WORDS]:
        found = build_contains_condition(columns, word)
        condition = found if condition is None else And(condition, found)
    return condition


def build_contains_condition(columns: list[Text], word: str) -> WhereRaw:
    """The condition that a folded word is anywhere in one of these folded columns."""
    pattern = _build_like_pattern(word)
    said = (f"{column._meta.table._meta.tablename}.{column._meta.name} LIKE {{}} ESCAPE '!'" for column in columns)
    return WhereRaw(f"({' OR '.join(said)})", *(pattern for _ in columns))


def _build_like_pattern(word: str) -> str:
    for special in "!%_":
        word = word.replace(special, f"!{special}")
    return f"%{word}%"


def split_search_words(text: str) -> frozenset[str]:
    """The folded words by which a name or a number is found: « Le Goff-d'Arc » -> le, goff, arc; « 06 12 34 » ->
    061234.

    The digits of a number are one word however it is spaced, beside its longer parts: « 12/03/1957 » -> 12031957, 1957.
    """
    parts = _PARTS.findall(fold_text(text))
    runs = ["".join(run) for digits, run in groupby(parts, key=str.isdecimal) if digits]
    kept = [part for part in parts if len(part) >= (4 if part.isdecimal() else 2)]
    return frozenset(word[:MAX_WORD_LENGTH] for word in (*kept, *runs) if len(word) > 1)
