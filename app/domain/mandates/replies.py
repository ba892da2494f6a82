"""What a citizen answered, and whether it is a mandate: « OUI », « oui. », « Oui je suis d'accord »; never a doubt.

Whatever else comes is shown to the agent as it is, and authorises nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_REFUSALS = frozenset({"non", "stop", "arret", "arreter", "annuler", "refus", "refuse"})
_RESERVES = _REFUSALS | {"ne", "n", "pas", "mais", "sauf", "sans", "si", "jamais"}


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
    """The first word says it; a yes with a reserve or a question is unclear."""
    words = re.findall(r"[a-z]+", unicodedata.normalize("NFKD", body.casefold()).encode("ascii", "ignore").decode())
    first = words[0] if words else ""
    if first in _REFUSALS:
        return Meaning.NO
    plain_yes = first == "oui" and not _RESERVES.intersection(words) and "?" not in body
    return Meaning.YES if plain_yes else Meaning.UNCLEAR


def decisive(replies: Iterable[Reply]) -> Reply | None:
    """The last clear one; before any, the last: « merci » after a yes takes nothing back, « STOP » does."""
    told = list(replies)
    clear = [reply for reply in told if reply.meaning != Meaning.UNCLEAR]
    return next(reversed(clear or told), None)
