"""Reads departments, phone numbers and addresses as people type them.

A department is compared with the commune and the postal code.
"""

import re
from collections.abc import Mapping

from app.domain.accounts.address import Mailbox
from app.domain.accounts.address import parse_address as parse_mailbox
from app.domain.accounts.phone import clean_phone
from app.domain.errors import Invalid
from app.domain.imports.columns import normalize_heading


class Areas:
    """The departments, by code and by name."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._codes = frozenset(names)
        self._by_name = {normalize_heading(name): code for code, name in names.items()}

    def __contains__(self, code: str) -> bool:
        return code in self._codes

    def find_code(self, name: str) -> str:
        """The code of a department, or the text as typed when it is no department's name."""
        return self._by_name.get(normalize_heading(name), name)


def parse_departments(typed: str, commune_code: str, postal_code: str, areas: Areas) -> list[str]:
    """« 1 » gives « 01 »; « Lot » and « 46 - Lot » give « 46 ». Raises Invalid.

    « 20 », « 97 » and an empty text are completed by the commune's code, else by the postal code.

    A commune of another department refuses the row: a case would go to the wrong referents. A postal code does not
    refuse it, because some postal codes cross the border of a department.
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
    """Accepts « 1 », « 2a », « 46 - Lot », « Lot (46) » and « Lot ». Any other text is returned as typed."""
    found = re.match(r"\s*(\d[\dAB]?\d?)\b|.*\((\d[\dAB]?\d?)\)", typed.upper())
    if found:
        code = found[1] or found[2]
        return code.zfill(2) if code.isdecimal() else code
    return areas.find_code(typed)


def find_department(code: str) -> str:
    """The department of a commune's code or of a postal code; empty when the code does not give it.

    Postal codes of Corsica begin with 20 in both departments.
    """
    code = pad_postal_code(code.upper())
    if not re.fullmatch(r"[0-9][0-9AB][0-9]{3}", code) or code.startswith("20"):
        return ""
    return code[:3] if code.startswith("97") else code[:2]


def pad_postal_code(code: str) -> str:
    """A spreadsheet removes the first zero."""
    return code.zfill(5) if code else ""


def normalize_phone(typed: str) -> str:
    """« 03.23.61.12.17 » gives « 03 23 61 12 17 », with its first zero added if lost. Others are cleaned alone."""
    typed = clean_phone(typed)
    digits = re.sub(r"[ ./-]", "", typed)
    if re.fullmatch(r"[1-9][0-9]{8}", digits):
        digits = f"0{digits}"
    return " ".join(re.findall("..", digits)) if re.fullmatch(r"0[0-9]{9}", digits) else typed


def parse_address(typed: str) -> Mailbox:
    """An address that can receive emails. Raises Invalid."""
    try:
        return parse_mailbox(typed)
    except Invalid as refused:
        wrong = f"« {typed[:80]} » n’est pas une adresse mail. {refused.fields['adresse']}"
        raise Invalid(adresse=wrong) from None
