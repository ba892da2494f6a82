"""Words the SMS that asks a citizen for their mandate. Source: mandate.md, « By SMS »; issue 14, point 24.

The citizen cannot check who wrote it, so no typed text in it may form a link, a phone number or a sentence. Names have
letters only; a birth is a date or a year; the subject is the catalogue's.
The fixed words use the GSM 03.38 alphabet only: another character doubles the price of an SMS.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from app.domain.cases.draft.draft import Draft, WizardMode
from app.domain.teams.reachability import OrganisationReachability

MAX_NAME_LENGTH, MAX_SUBJECT_LENGTH = 60, 120
_GSM_REPLACEMENTS = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "‑": "-"}
)
_MAX_DIGITS = 3
"""Of a team's name or a subject, as in « Paris 18 ». With more, all digits are removed: they may be a phone number."""
_LETTER_CATEGORIES = ("Lu", "Ll", "Lt", "Lo", "Mn", "Mc")
"""Unicode categories of letters and accents. Lm is left out: some of its letters look like a full stop."""
_NO_SUBJECT = "celle que vous suivez avec cet agent"
_DATE_PATTERN = re.compile(r"(?<!\d)(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})(?!\d)")
_YEAR_PATTERN = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


def format_sms_name(typed: str) -> str:
    """« D’Alès » -> « D'Alès »; « http://evil.fr » -> « http evil fr »; « 06 12 34 56 78 » -> empty."""
    return _keep_allowed_characters(typed, _is_name_character, MAX_NAME_LENGTH)


def format_sms_birth(typed: str) -> str:
    """Returns « 12/03/1957 » or « 1957 »; empty without a date or a year, and with two different years."""
    if (found := _DATE_PATTERN.search(typed)) and (day := _build_date(*map(int, found.groups()))):
        return f"{day:%d/%m/%Y}"
    years = set(_YEAR_PATTERN.findall(typed))
    return years.pop() if len(years) == 1 else ""


def build_citizen_statement(draft: Draft, organisations: list[OrganisationReachability]) -> str:
    """The citizen attests this statement. An SMS with another statement than the draft's authorises nothing.

    The subject comes from the catalogue, never from what the agent typed.
    """
    contacted = ", ".join(_format_label(known.acronym) for known in organisations if known.id in draft.organisations)
    chosen = draft.guided_subject or draft.category if draft.mode == WizardMode.GUIDED else ""
    subject = _format_label(chosen, MAX_SUBJECT_LENGTH) or _NO_SUBJECT
    return (
        f"Vous : {format_sms_name(draft.first_name)} {format_sms_name(draft.last_name)}, "
        f"date de naissance : {format_sms_birth(draft.birth)}.\n"
        f"Démarche : {subject}.\n"
        f"Organismes : {contacted}."
    )


def format_sms_body(statement: str, *, brand: str, agent: str, structure: str) -> str:
    """structure: the name of the case's team."""
    return (
        f"{brand}\n"
        f"{format_sms_name(agent)} ({_format_label(structure)}) vous demande un mandat pour débloquer une démarche.\n"
        f"{statement}\n"
        "Répondez OUI pour attester que c'est exact et autoriser cet agent et sa structure à utiliser vos "
        "informations, votre numéro de sécurité sociale compris si besoin, pour cette démarche seulement. "
        "Durée : jusqu'au déblocage, un an au plus.\n"
        "Sinon, répondez NON. Pour retirer votre accord plus tard, répondez STOP."
    )


def _format_label(typed: str, max_length: int = MAX_NAME_LENGTH) -> str:
    """Keeps a few digits and brackets in a name of the catalogue or of a team: « France Services (Paris 18) »."""
    few = sum(one.isdigit() for one in typed) <= _MAX_DIGITS
    return _keep_allowed_characters(
        typed, lambda one: _is_name_character(one) or one in "(),+" or (few and one in "0123456789"), max_length
    )


def _keep_allowed_characters(typed: str, is_allowed: Callable[[str], bool], max_length: int) -> str:
    """Replaces each run of other characters by one blank."""
    plain = unicodedata.normalize("NFC", typed).translate(_GSM_REPLACEMENTS)
    words = " ".join("".join(one if is_allowed(one) else " " for one in plain).split())
    return words[:max_length].strip()


def _is_name_character(character: str) -> bool:
    return character in "'-" or unicodedata.category(character) in _LETTER_CATEGORIES


def _build_date(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
