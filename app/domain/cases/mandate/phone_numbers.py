"""Reads the mobile numbers of France and its overseas territories into E.164.

The prefixes are those that ARCEP assigns. The numbers reserved for fiction (06 39 98) are accepted.
"""

import re

from app.domain.accounts.phone import clean_phone, find_phone_error, split_extension
from app.domain.errors import Invalid

_COUNTRY_CODES_BY_PREFIX = (
    (r"639(?!98)", "262"),
    (r"69[01]|7090", "590"),
    (r"69[23]|7092|7093[5-7]", "262"),
    (r"694|7093[0-3]", "594"),
    (r"69[67]|7091", "596"),
    (r"708", "508"),
    (r"6|7[3-9]", "33"),
)
"""Prefixes without the first 0 -> country code. The first match decides."""
_COUNTRY_CODES = sorted({code for _, code in _COUNTRY_CODES_BY_PREFIX})
_OWN_NUMBERING_PLANS = {"508": r"[2-9]\d{5}", "681": r"(72|8[23])\d{4}", "687": r"[5789]\d{5}", "689": r"8[7-9]\d{6}"}
"""Saint-Pierre, Wallis, New Caledonia, Polynesia: shorter numbers, accepted only with their country code."""
_SEPARATORS = re.compile(r"[ ./()-]")


def parse_mobile(typed: str) -> str:
    """« 06 39 98 12 34 » -> « +33639981234 ». Raises Invalid(telephone)."""
    text = clean_phone(typed)
    number = _SEPARATORS.sub("", text)
    if not number:
        raise Invalid(telephone="Saisissez le numéro de mobile de l’usager.")
    if extension := split_extension(text)[1]:
        raise Invalid(telephone=f"Retirez « poste {extension} » : un SMS arrive à un mobile, sans poste.")
    if not re.fullmatch(r"(\+|00)?[0-9]{6,15}", number) and (wrong := find_phone_error(text)):
        raise Invalid(telephone=wrong)
    if not re.fullmatch(r"(\+|00)?[0-9]{6,15}", number):
        raise Invalid(telephone="Saisissez un numéro de mobile comme 06 39 98 12 34.")
    found = _parse_number(re.sub(r"^00", "+", number))
    if not found:
        raise Invalid(
            telephone="Ce numéro n’est pas un mobile français : vérifiez-le, ou choisissez une autre forme de mandat."
        )
    return found


def _parse_number(number: str) -> str:
    for code, plan in _OWN_NUMBERING_PLANS.items():
        if re.fullmatch(rf"\+{code}{plan}", number):
            return number
    inland = re.fullmatch(rf"(?:0|\+(?:{'|'.join(_COUNTRY_CODES)})0?)([67][0-9]{{8}})", number)
    return _add_country_code(inland[1]) if inland else ""


def _add_country_code(digits: str) -> str:
    return next((f"+{code}{digits}" for prefix, code in _COUNTRY_CODES_BY_PREFIX if re.match(prefix, digits)), "")
