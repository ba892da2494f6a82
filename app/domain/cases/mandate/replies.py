"""What a citizen answered, and whether it is a mandate: « OUI », « Oui sans souci », « D'accord »; never a doubt.

Every other answer is shown to the agent as it is, and authorises nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_REFUSALS = frozenset({"non", "stop", "arret", "arreter", "annuler", "refus", "refuse"})
_RESERVES = _REFUSALS | frozenset({"ne", "n", "pas", "mais", "sauf", "sans", "si", "jamais", "peut", "seulement"})
_RESERVES |= {"uniquement", "condition", "sous", "pourquoi", "arretez", "attendez"}
_TROUBLE = r"(?:probleme|pb|prob|soucis?|hesitation)s?"
_HARMLESS = re.compile(rf"\b(?:(?:il )?(?:n )?y a )?(?:pas de|pas d|aucun|sans) {_TROUBLE}\b")
"""« Pas de problème », « sans souci »: the words of a reserve in a plain yes."""
_GREETINGS = frozenset({"bonjour", "bonsoir", "bjr", "salut", "merci", "madame", "monsieur"})
_YES = re.compile(
    r"(?:o+u+i+|d ?accord|ok|okay|j ?accepte|je suis d ?accord|je donne mon accord|je vous autorise|je confirme"
    r"|bien sur|entendu)\b"
)


class Meaning(StrEnum):
    """PENDING: nothing came. UNCLEAR: something did, neither a yes nor a no."""

    PENDING = "pending"
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Reply:
    body: str
    received_at: datetime

    @property
    def meaning(self) -> Meaning:
        return meaning_of(self.body)


def meaning_of(body: str) -> Meaning:
    """The first word after a greeting says it; a yes with a reserve or a question is unclear."""
    words = _words(body)
    while words and words[0] in _GREETINGS:
        words = words[1:]
    if words and words[0] in _REFUSALS:
        return Meaning.NO
    said = _HARMLESS.sub(" ", " ".join(words))
    reserved = "?" in body or _RESERVES.intersection(said.split())
    return Meaning.YES if _YES.match(said) and not reserved else Meaning.UNCLEAR


def _words(body: str) -> list[str]:
    """Without accents, capitals, signs: « J’accepte. » is « j accepte »."""
    plain = unicodedata.normalize("NFKD", body.casefold().replace("’", "'")).encode("ascii", "ignore").decode()
    return re.findall("[a-z]+", plain)


def decisive(replies: Iterable[Reply]) -> Reply | None:
    """The last clear one; before any, the last: « merci » after a yes takes nothing back, « STOP » does."""
    told = list(replies)
    clear = [reply for reply in told if reply.meaning != Meaning.UNCLEAR]
    return next(reversed(clear or told), None)
