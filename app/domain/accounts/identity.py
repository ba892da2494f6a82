"""What a person says of themselves: name, function, phone. Kept clean, refused in words."""

import re
import unicodedata

from app.domain.errors import Invalid
from app.domain.text_length import too_long

LONGEST = {"prenom": 60, "nom": 60, "fonction": 100}
_MISSING = {
    "prenom": "Saisissez votre prénom.",
    "nom": "Saisissez votre nom.",
    "fonction": "Saisissez votre fonction : elle dit à vos interlocuteurs qui vous êtes.",
}
_NO_PHONE = "Saisissez un numéro de téléphone professionnel, par exemple 01 99 00 12 34."
_PHONE = re.compile(r"\+?[\d .()/-]{6,39}")
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15


def clean(text: str) -> str:
    """Blanks of every kind become one."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def cleaned(**typed: str) -> dict[str, str]:
    """Raises Invalid, saying each that is too long."""
    values = {field: clean(value) for field, value in typed.items()}
    if wrong := too_long({field: (value, LONGEST[field]) for field, value in values.items()}):
        raise Invalid(**wrong)
    return values


def wrong_identity(*, first_name: str, last_name: str, function: str, phone: str) -> dict[str, str]:
    """What is wrong in what a person says of themselves, field by field; every field is needed."""
    named = {"prenom": first_name, "nom": last_name, "fonction": function}
    wrong = {field: _MISSING[field] for field, value in named.items() if not clean(value)}
    try:
        cleaned(**named)
    except Invalid as refused:
        wrong |= refused.fields
    return wrong if is_phone(clean(phone)) else wrong | {"telephone": _NO_PHONE}


def is_phone(text: str) -> bool:
    """A number as people write it, in France or elsewhere: « 01 99 00 12 34 », « +33 1.99.00.12.34 »."""
    digits = sum(character.isdecimal() for character in text)
    return text.isascii() and bool(_PHONE.fullmatch(text)) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS
