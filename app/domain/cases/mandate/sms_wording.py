"""The text that asks a citizen for their mandate. Source: mandate.md, « By SMS »; issue 14, point 24.

It is a message of the State to a person who cannot check who wrote it: nothing in it that was typed can be a link, a
number to call or a sentence. Names are letters; a birth is a date or a year; the subject is the catalogue's.
Our own words keep to the letters that every telephone has (GSM 03.38): one other makes each text cost twice.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from app.domain.cases.draft.view import Draft, Mode
from app.domain.teams.reachability import ReachableOrganisation

LONGEST_NAME, LONGEST_SUBJECT = 60, 120
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "‑": "-"})
_MOST_DIGITS = 3
"""Of a team or a subject: « Paris 18 », never a telephone number."""
_LETTERS = ("Lu", "Ll", "Lt", "Lo", "Mn", "Mc")
"""In every script; without Lm, where some letters look like a full stop."""
_NO_SUBJECT = "celle que vous suivez avec cet agent"
_DAY = re.compile(r"(?<!\d)(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


def name_in_text(typed: str) -> str:
    """« D'Alès », « Jean-Pierre »; « http://evil.fr » is « http evil fr », « 06 12 34 56 78 » is nothing."""
    return _only(typed, _is_of_a_name, LONGEST_NAME)


def birth_in_text(typed: str) -> str:
    """« 12/03/1957 », « 1957 »; empty where neither is written, or where two years are."""
    if (found := _DAY.search(typed)) and (day := _day(*map(int, found.groups()))):
        return f"{day:%d/%m/%Y}"
    years = set(_YEAR.findall(typed))
    return years.pop() if len(years) == 1 else ""


def recall(draft: Draft, organisations: list[ReachableOrganisation]) -> str:
    """What the citizen attests, as it stands in the draft: a text that no longer says it authorises nothing.

    The subject that the agent typed is not in it: it is theirs to word, and nothing else in the text is.
    """
    contacted = ", ".join(_words(known.acronym) for known in organisations if known.id in draft.organisations)
    chosen = draft.guided_subject or draft.category if draft.mode == Mode.GUIDED else ""
    subject = _words(chosen, LONGEST_SUBJECT) or _NO_SUBJECT
    return (
        f"Vous : {name_in_text(draft.first_name)} {name_in_text(draft.last_name)}, "
        f"date de naissance : {birth_in_text(draft.birth)}.\n"
        f"Démarche : {subject}.\n"
        f"Organismes : {contacted}."
    )


def wording(recalled: str, *, brand: str, agent: str, structure: str) -> str:
    """One structure is named: a case belongs to one team."""
    return (
        f"{brand}\n"
        f"{name_in_text(agent)} ({_words(structure)}) vous demande un mandat pour débloquer une démarche.\n"
        f"{recalled}\n"
        "Répondez OUI pour attester que c'est exact et autoriser cet agent et sa structure à utiliser vos "
        "informations, votre numéro de sécurité sociale compris si besoin, pour cette démarche seulement. "
        "Durée : jusqu'au déblocage, un an au plus.\n"
        "Sinon, répondez NON. Pour retirer votre accord plus tard, répondez STOP."
    )


def _words(typed: str, longest: int = LONGEST_NAME) -> str:
    """What an administrator or a manager named: with its number and its brackets, « France Services (Paris 18) »."""
    few = sum(one.isdigit() for one in typed) <= _MOST_DIGITS
    return _only(typed, lambda one: _is_of_a_name(one) or one in "(),+" or (few and one in "0123456789"), longest)


def _only(typed: str, kept: Callable[[str], bool], longest: int) -> str:
    """Blanks in place of all other characters, then single."""
    plain = unicodedata.normalize("NFC", typed).translate(_PLAIN)
    words = " ".join("".join(one if kept(one) else " " for one in plain).split())
    return words[:longest].strip()


def _is_of_a_name(one: str) -> bool:
    return one in "'-" or unicodedata.category(one) in _LETTERS


def _day(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
