"""Search that ignores accents and case, by the same LIKE on both databases; db/trigrams.py speeds it up on PostgreSQL.

app/domain/cases/search/ has what is encrypted.
"""

import unicodedata
from collections.abc import Sequence

from piccolo.columns import Text, Varchar
from piccolo.columns.combination import And, Where, WhereRaw

from db.visible_text import remove_every_invisible

MAX_WORDS = 8
MAX_WORD_LENGTH = 40
_SPELLED = str.maketrans(
    {"œ": "oe", "æ": "ae", "’": "'", "ʼ": "'", "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th"}
    | {"ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
)
"""Letters that Unicode does not decompose."""


def fold_text(text: str) -> str:
    """Lower case in the letters a to z, without accents or invisible ones: « Étude  d’ŒUVRE » -> « etude d'oeuvre »."""
    spelled = remove_every_invisible(text).lower().translate(_SPELLED)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return " ".join(plain.split())


def build_all_words_condition(columns: list[Text], typed: str) -> And | Where | WhereRaw | None:
    """The condition that each typed word is in one of these folded columns. None when nothing was typed."""
    condition: And | Where | WhereRaw | None = None
    for word in fold_text(typed).split()[:MAX_WORDS]:
        found = build_contains_condition(columns, word)
        condition = found if condition is None else And(condition, found)
    return condition


def build_contains_condition(columns: Sequence[Text | Varchar], word: str) -> WhereRaw:
    """The condition that a folded word is anywhere in one of these folded columns."""
    pattern = _build_like_pattern(word)
    said = (f"{column._meta.table._meta.tablename}.{column._meta.name} LIKE {{}} ESCAPE '!'" for column in columns)
    return WhereRaw(f"({' OR '.join(said)})", *(pattern for _ in columns))


def _build_like_pattern(word: str) -> str:
    for special in "!%_":
        word = word.replace(special, f"!{special}")
    return f"%{word}%"
