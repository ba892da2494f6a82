"""Search without accents or case, the two dialects in one place: today the same LIKE serves both."""

import unicodedata

from piccolo.columns import Text
from piccolo.columns.combination import And, Where, WhereRaw


def fold(text: str) -> str:
    """Lower case, accents removed, blanks single: « Étude  d’ŒUVRE » -> « etude d'oeuvre »."""
    spelled = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return " ".join(plain.split())


def has_all_words(column: Text, typed: str) -> And | Where | WhereRaw | None:
    """The condition that each typed word is somewhere in a folded column; None when nothing was typed."""
    condition: And | Where | WhereRaw | None = None
    for word in fold(typed).split()[:8]:
        found = WhereRaw(
            f"{column._meta.table._meta.tablename}.{column._meta.name} LIKE {{}} ESCAPE '!'", _pattern(word)
        )
        condition = found if condition is None else And(condition, found)
    return condition


def _pattern(word: str) -> str:
    for special in "!%_":
        word = word.replace(special, f"!{special}")
    return f"%{word}%"
