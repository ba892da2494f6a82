"""Departments, telephones, mail addresses as people write them.

A department is compared with the commune and the postal code.
"""

import re
from collections.abc import Mapping

from app.domain.accounts.address import Mailbox
from app.domain.accounts.address import parse_address as parse_mailbox
from app.domain.errors import Invalid
from app.domain.imports.columns import normalize_heading


class Areas:
    """The departments: by code, and by name."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._codes = frozenset(names)
        self._by_name = {normalize_heading(name): code for code, name in names.items()}

    def __contains__(self, code: str) -> bool:
        return code in self._codes

    def find_code(self, name: str) -> str:
        """Its code; what is no department's name, as it was typed."""
        return self._by_name.get(normalize_heading(name), name)


def parse_departments(typed: str, commune_code: str, postal_code: str, areas: Areas) -> list[str]:
    """« 1 » is « 01 », « Lot » and « 46 - Lot » are « 46 ».

    « 20 », « 97 » and nothing are told from the commune's code, else the postal code.

    A commune of another department refuses the row: a case would go to the wrong referents. A postal code does not,
    since some of them do cross a department's border.
    """
    commune = find_department(commune_code)
    codes = [_parse_department(one, areas) for one in re.split(r"[,;/|]", typed) if one.strip()] or [""]
    if codes[0] in {"", "20", "97"} and len(codes) == 1:
        codes = [commune or find_department(postal_code) or codes[0]]
    for code in codes:
        if code not in areas:
            why = f"le département « {typed} » n’existe pas" if typed else "il n’y a pas de département"
            raise Invalid(departement=why)
    if commune and commune not in codes:
        raise Invalid(departement=f"le département {codes[0]} n’est pas celui de la commune {commune_code}")
    return list(dict.fromkeys(codes))


def _parse_department(typed: str, areas: Areas) -> str:
    """Of « 1 », « 2a », « 46 - Lot », « Lot (46) » or « Lot »; what is none of these, as it was typed."""
    found = re.match(r"\s*(\d[\dAB]?\d?)\b|.*\((\d[\dAB]?\d?)\)", typed.upper())
    if found:
        code = found[1] or found[2]
        return code.zfill(2) if code.isdecimal() else code
    return areas.find_code(typed)


def find_department(code: str) -> str:
    """Of a commune's code or a postal code, whose zero may be lost too; empty when it does not say.

    The postal codes of Corsica begin with 20, in both its departments.
    """
    code = pad_postal_code(code.upper())
    if not re.fullmatch(r"[0-9][0-9AB][0-9]{3}", code) or code.startswith("20"):
        return ""
    return code[:3] if code.startswith("97") else code[:2]


def pad_postal_code(code: str) -> str:
    """A postal code, whose first zero a spreadsheet takes away."""
    return code.zfill(5) if code else ""


def normalize_phone(typed: str) -> str:
    """« 03.23.61.12.17 » reads « 03 23 61 12 17 », a lost zero comes back; what is no such number is left as it was."""
    digits = re.sub(r"[ ./-]", "", typed)
    if re.fullmatch(r"[1-9][0-9]{8}", digits):
        digits = f"0{digits}"
    return " ".join(re.findall("..", digits)) if re.fullmatch(r"0[0-9]{9}", digits) else typed


def parse_address(typed: str) -> Mailbox:
    """Letters go there. Raises Invalid."""
    try:
        return parse_mailbox(typed)
    except Invalid as refused:
        wrong = f"« {typed[:80]} » n’est pas une adresse mail. {refused.fields['adresse']}"
        raise Invalid(adresse=wrong) from None
