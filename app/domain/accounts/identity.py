"""Checks a person's name, function and phone."""

import unicodedata

from app.domain.accounts.phone import clean_phone, find_phone_error
from app.domain.errors import Invalid
from app.domain.text_length import find_length_errors
from db.visible_text import remove_invisible

MAX_LENGTHS = {"prenom": 60, "nom": 60, "fonction": 100}
_MISSING = {
    "prenom": "Saisissez votre prénom.",
    "nom": "Saisissez votre nom.",
    "fonction": "Saisissez votre fonction : elle dit à vos interlocuteurs qui vous êtes.",
}
_NO_PHONE = "Saisissez un numéro de téléphone professionnel, par exemple 01 99 00 12 34."


def normalize_spaces(text: str) -> str:
    """Each run of blanks, of any kind, becomes one space, and what nothing shows goes. The text is in the NFC form."""
    return " ".join(unicodedata.normalize("NFC", remove_invisible(text)).split())


def normalize_names(**typed: str) -> dict[str, str]:
    """The keys of typed are those of MAX_LENGTHS. Raises Invalid for each text that is too long."""
    values = {field: normalize_spaces(value) for field, value in typed.items()}
    if wrong := find_length_errors({field: (value, MAX_LENGTHS[field]) for field, value in values.items()}):
        raise Invalid(**wrong)
    return values


def find_identity_errors(*, first_name: str, last_name: str, function: str, phone: str) -> dict[str, str]:
    """Returns field of the form -> message. Every field is required."""
    named = {"prenom": first_name, "nom": last_name, "fonction": function}
    wrong = {field: _MISSING[field] for field, value in named.items() if not normalize_spaces(value)}
    try:
        normalize_names(**named)
    except Invalid as refused:
        wrong |= refused.fields
    if not phone.strip():
        return wrong | {"telephone": _NO_PHONE}
    error = find_phone_error(clean_phone(phone))
    return wrong | ({"telephone": error} if error else {})
