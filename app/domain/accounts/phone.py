"""The only reader of telephone numbers: of people, teams, local contacts, imports, and of citizens for an SMS.

A number stays as people write it, « 01.99.00.12.34 » or « +33 (0)1 99 00 12 34 poste 12 ». What a copy brings along is
removed: « tel: », « Tél. : », characters that nothing shows, blanks and dashes of other kinds, digits of other scripts.
"""

import re
import unicodedata

from app.domain.errors import Invalid
from db.visible_text import remove_every_invisible

_LABEL = re.compile(
    r"(?:(?:t[eé]l(?:[eé]phone)?|phone|mobile|portable|fixe|gsm|callto|sms)\b\.?\s*:?\s*)+", re.IGNORECASE
)
_EXTENSION = re.compile(r"[\s,;]*\b(?:poste|ext(?:ension)?)\b\.?\s*:?\s*([0-9]{1,6})", re.IGNORECASE)
_AROUND = "«»“”\"‘’'<>[],;: \t\r\n"
_SIGNS = {"\u2212": "-", "\u2044": "/", "\u00b7": ".", "\u2022": ".", "\u2024": "."}
_FRENCH_WITHOUT_PLUS = re.compile(r"(?:33|262|508|590|594|596)[1-9][0-9]{8}")
_SHORT = re.compile(r"1[0-9]{1,2}|10[0-9]{2}|3[0-9]{3}|11[68][0-9]{3}")
_MIN_DIGITS, _MAX_DIGITS = 8, 15
_EXAMPLE = "par exemple 01 99 00 12 34"


def clean_phone(typed: str) -> str:
    """What can be read, in ASCII; the rest stays, for find_phone_error to name. « 33639981234 » gets its « + »."""
    text = unicodedata.normalize("NFKC", remove_every_invisible(typed))
    text = " ".join("".join(map(_read_sign, text)).split()).strip(_AROUND)
    text = _LABEL.sub("", text, count=1).strip(_AROUND) if _LABEL.match(text) else text
    main, extension = split_extension(text)
    plus = "+" if _FRENCH_WITHOUT_PLUS.fullmatch(_join_digits(main)) and not main.startswith("+") else ""
    return f"{plus}{main}{f' poste {extension}' if extension else ''}"


def parse_phone(typed: str) -> str:
    """Raises Invalid(telephone), which names what to correct."""
    text = clean_phone(typed)
    if wrong := find_phone_error(text):
        raise Invalid(telephone=wrong)
    return text


def find_phone_error(text: str, *, may_be_short: bool = False) -> str:
    """Of a text of clean_phone. Empty for no error. may_be_short: « 3230 », the number of an organisation."""
    main, _ = split_extension(text)
    digits = len(_join_digits(main))
    if not digits:
        return f"Saisissez un numéro de téléphone, {_EXAMPLE}."
    if foreign := re.search(r"[^0-9 .()/+-]+", main):
        return f"Retirez {_format_sign(foreign[0])} du numéro de téléphone."
    if digits > _MAX_DIGITS or "+" in main[1:]:
        return f"Saisissez un seul numéro de téléphone, {_EXAMPLE}."
    if digits < _MIN_DIGITS and not (may_be_short and _SHORT.fullmatch(_join_digits(main))):
        return f"Il manque des chiffres au numéro de téléphone : il en a {digits}, il en faut {_MIN_DIGITS} au moins."
    return "" if len(text) <= 40 else "Ce numéro de téléphone est trop long : 40 caractères au plus."


def split_extension(text: str) -> tuple[str, str]:
    """« 05 36 49 00 12 poste 12 » -> the number, « 12 »."""
    found = _EXTENSION.search(text)
    return (text[: found.start()], found[1]) if found and found.end() == len(text) else (text, "")


def _join_digits(text: str) -> str:
    return "".join(one for one in text if one in "0123456789")


def _read_sign(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return "-" if unicodedata.category(sign) == "Pd" else _SIGNS.get(sign, sign)


def _format_sign(text: str) -> str:
    return f"« {text[:20]} »" if text.isprintable() else "le caractère illisible"
