"""Light checks: they warn of a likely typing error and never block, because a real number may break the rule.

Source: issue « Every sentence of the sheet », 2; INSEE for the key of the social security number (NIR): 97 minus the 13
digits modulo 97, where Corsica's 2A and 2B count as 19 and 18.
"""

import re

_NIR = re.compile(r"(?<!\d)([1-478]\d{4}(?:\d{2}|2[AB])\d{6})(\d{2})(?!\d)", re.IGNORECASE)
_CAF_NUMBER = re.compile(r"\d{7}[A-Z]?", re.IGNORECASE)


def find_warning(label: str, value: str) -> str:
    """The warning about the answer to a field of db/reference/champs_usager.csv; empty when there is none."""
    compact = re.sub(r"[\s.-]", "", value)
    if not compact:
        return ""
    if label == "Numéro de sécurité sociale" and not _is_likely_nir(compact):
        return "Ce numéro de sécurité sociale semble contenir une erreur : 13 chiffres, ou 15 avec sa clé."
    if label == "Numéro d’allocataire CAF" and not _CAF_NUMBER.fullmatch(compact):
        return "Un numéro d’allocataire CAF a d’ordinaire 7 chiffres, suivis parfois d’une lettre."
    return ""


def has_nir(text: str) -> bool:
    """Whether a text contains a whole social security number with a valid key: this number has its own field."""
    found = _NIR.finditer(re.sub(r"(?<=\w)[ .\u00a0\u202f-](?=\w)", "", text))
    return any(_compute_nir_key(match[1]) == int(match[2]) for match in found)


def _is_likely_nir(compact: str) -> bool:
    if len(compact) == 13:
        compact += f"{_compute_nir_key(compact):02d}" if compact[:5].isdigit() and compact[7:].isdigit() else ""
    match = _NIR.fullmatch(compact)
    return match is not None and _compute_nir_key(match[1]) == int(match[2])


def _compute_nir_key(number: str) -> int:
    digits = number.upper().replace("2A", "19", 1).replace("2B", "18", 1)
    return 97 - int(digits) % 97 if digits.isdecimal() else -1
