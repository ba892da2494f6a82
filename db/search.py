"""Search without accents or case, the two dialects in one place: today the same LIKE serves both."""

import unicodedata

from piccolo.columns import Text
from piccolo.columns.combination import And, Where, WhereRaw


def fold(text: str) -> str:
    """Lower case, accents removed, blanks single: « Étude  d’ŒUVRE » -> « etude d'oeuvre »."""
    spelled = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return " ".join(plain.split())


def has_all_words(columns: list[Text], typed: str) -> And | Where | WhereRaw | None:
    """The condition that each typed word is in one of these folded columns; None when nothing was typed."""
    condition: And | Where | WhereRaw | None = None
    for word in fold(typed).split()[:8]:
        found = _in_one_of(columns, _pattern(word))
        condition = found if condition is None else And(condition, found)
    return condition


def _in_one_of(columns: list[Text], pattern: str) -> WhereRaw:
    said = (f"{column._meta.table._meta.tablename}.{column._meta.name} LIKE {{}} ESCAPE '!'" for column in columns)
    return WhereRaw(f"({' OR '.join(said)})", *(pattern for _ in columns))


def _pattern(word: str) -> str:
    for special in "!%_":
        word = word.replace(special, f"!{special}")
    return f"%{word}%"
