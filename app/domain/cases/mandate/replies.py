"""Decides whether a citizen's reply is a mandate: « OUI », « Oui sans souci », « D'accord ».

The agent sees every other reply as it is, and it authorises nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_REFUSAL_WORDS = frozenset({"non", "stop", "arret", "arreter", "annuler", "refus", "refuse"})
_CONDITION_WORDS = _REFUSAL_WORDS | frozenset(
    {"ne", "n", "pas", "mais", "sauf", "sans", "si", "jamais", "peut", "seulement"}
)
_CONDITION_WORDS |= {"uniquement", "condition", "sous", "pourquoi", "arretez", "attendez"}
_PROBLEM_WORD = r"(?:probleme|pb|prob|soucis?|hesitation)s?"
_NO_PROBLEM = re.compile(rf"\b(?:(?:il )?(?:n )?y a )?(?:pas de|pas d|aucun|sans) {_PROBLEM_WORD}\b")
"""« Pas de problème », « sans souci »: a plain yes, in spite of words that are in _CONDITION_WORDS."""
_GREETINGS = frozenset({"bonjour", "bonsoir", "bjr", "salut", "merci", "madame", "monsieur"})
_YES = re.compile(
    r"(?:o+u+i+|d ?accord|ok|okay|j ?accepte|je suis d ?accord|je donne mon accord|je vous autorise|je confirme"
    r"|bien sur|entendu)\b"
)


class ReplyMeaning(StrEnum):
    """PENDING: no reply yet. UNCLEAR: neither a yes nor a no."""

    PENDING = "pending"
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Reply:
    body: str
    received_at: datetime

    @property
    def meaning(self) -> ReplyMeaning:
        return parse_meaning(self.body)


def parse_meaning(body: str) -> ReplyMeaning:
    """The first words after greetings decide. A yes with a condition or a question is unclear."""
    words = _split_words(body)
    while words and words[0] in _GREETINGS:
        words = words[1:]
    if words and words[0] in _REFUSAL_WORDS:
        return ReplyMeaning.NO
    said = _NO_PROBLEM.sub(" ", " ".join(words))
    reserved = "?" in body or _CONDITION_WORDS.intersection(said.split())
    return ReplyMeaning.YES if _YES.match(said) and not reserved else ReplyMeaning.UNCLEAR


def _split_words(body: str) -> list[str]:
    """« J’accepte. » -> ["j", "accepte"]: lower case, without accents, signs or digits."""
    plain = unicodedata.normalize("NFKD", body.casefold().replace("’", "'")).encode("ascii", "ignore").decode()
    return re.findall("[a-z]+", plain)


def find_decisive_reply(replies: Iterable[Reply]) -> Reply | None:
    """The last clear reply, else the last one. « Merci » after a yes changes nothing; « STOP » does."""
    ordered = list(replies)
    clear = [reply for reply in ordered if reply.meaning != ReplyMeaning.UNCLEAR]
    return next(reversed(clear or ordered), None)
