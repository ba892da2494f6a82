"""The only parser of email addresses. Source: issue 14, point 20; RFC 5321, 4.1.2; security.md 1.5.

A mail program and an SMTP server accept more than an address: comments (« a(b)@c.fr »), lists (« a,b@c.fr »), old
routes (« b%c.fr@d.fr »), groups (« x:b@c.fr »). With these, several texts reach one mailbox. Here a mailbox has one
text: what mail programs add is removed, and the rest is a plain address or is refused.
"""

import re
import unicodedata
from typing import NewType

from email_validator import EmailNotValidError, validate_email

from app.domain.errors import Invalid
from db.search import fold_text
from db.visible_text import remove_every_invisible

Mailbox = NewType("Mailbox", str)
"""An address that parse_address returned: lower case, ASCII, its domain in IDNA form. Emails are sent to nothing else.
"""

LONGEST_ADDRESS, _LONGEST_LOCAL = 254, 64
_LEADING_PUNCTUATION = "«»“”„\"‘’'()[]<>,;: \t\r\n"
_TRAILING_PUNCTUATION = _LEADING_PUNCTUATION + ".!?…"
_NAME_AND_ADDRESS = re.compile(r"([^<>]*)<([^<>]*)>")
_BRACKETED = re.compile(r"\[\s*(mailto:[^\[\]]*)\]", re.IGNORECASE)
"""« Marie [mailto:marie@exemple.fr] », as Outlook quotes it."""
_NAME_AFTER = re.compile(r"([^\s@]+@[^\s@]+)\s+\([^()@]*\)[\s,;.]*")
_MAILTO = re.compile(r"mailto:\s*([^?]*)(\?.*)?", re.IGNORECASE | re.DOTALL)
"""What follows « ? » is the subject and text of a new email."""
_OTHER_AT_SIGNS = str.maketrans({"＠": "@", "﹫": "@"})
_ALLOWED_SIGNS = frozenset("._+-'&=~#$*?^{}")
"""The signs that RFC 5321 allows, without « % ! / | ` »: some servers read a route, a folder or a command there."""
_INCOMPLETE = "Saisissez une adresse complète, par exemple prenom.nom@structure.fr."
_SEVERAL_ADDRESSES = "Saisissez une seule adresse mail, par exemple prenom.nom@structure.fr."
_WRONG_DOTS = "Vérifiez les points : avant le @, ni deux points de suite, ni point au début ou à la fin."
_TOO_LONG = "Cette adresse est trop longue : 64 caractères au plus avant le @, 254 en tout."
_WRONG_DOMAIN = "Vérifiez ce qui suit le @ : un nom complet, par exemple structure.fr."
_ACCENTS = "Écrivez sans accent ce qui précède le @ : la plupart des messageries ne transmettent rien d’autre."


def parse_address(typed: str) -> Mailbox:
    """« Marc <mailto:Marc@Exemple.fr>, » gives marc@exemple.fr. Raises Invalid(adresse), which says what to correct."""
    text = _remove_additions(typed)
    local, _, domain = text.rpartition("@")
    if wrong := _find_error(local, domain):
        raise Invalid(adresse=wrong)
    try:
        found = validate_email(text, allow_smtputf8=False, check_deliverability=False).ascii_email
    except EmailNotValidError:
        raise Invalid(adresse=_WRONG_DOMAIN) from None
    assert found is not None
    return Mailbox(found.lower())


def parse_stored_address(stored: str) -> Mailbox | None:
    """Returns None where an older release stored an address that parse_address refuses or changes."""
    try:
        return Mailbox(stored) if parse_address(stored) == stored else None
    except Invalid:
        return None


def remove_address_tag(address: str) -> str:
    """The mailbox that rate limits count: « marc+caf@exemple.fr » gives marc@exemple.fr.

    Dots are kept: in most organisations jean.martin and jeanmartin are two people. Only Gmail ignores dots.
    """
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def parse_domain(address: str) -> str:
    return address.rpartition("@")[2]


def normalize_address(typed: str) -> str:
    """The address to find an account by. An account older than parse_address is found by its address as typed."""
    try:
        return parse_address(typed)
    except Invalid:
        return typed.strip().lower()


def _remove_additions(typed: str) -> str:
    """Removes invisible characters, « mailto: », a name beside the address in brackets, and punctuation around it."""
    visible = remove_every_invisible(typed)
    text = "".join(" " if unicodedata.category(one) == "Zs" else one for one in visible)
    text = _BRACKETED.sub(r"<\1>", text.strip().translate(_OTHER_AT_SIGNS))
    if followed := _NAME_AFTER.fullmatch(text):
        text = followed[1]
    text = text.rstrip(_TRAILING_PUNCTUATION.replace(">", ""))
    named = _NAME_AND_ADDRESS.fullmatch(text)
    if named and ("@" not in named[1] or _strip_punctuation(named[1]) == _strip_punctuation(named[2])):
        text = named[2]
    return _strip_punctuation(text)


def _strip_punctuation(text: str) -> str:
    text = text.lstrip(_LEADING_PUNCTUATION).rstrip(_TRAILING_PUNCTUATION)
    link = _MAILTO.fullmatch(text)
    return link[1].rstrip(_TRAILING_PUNCTUATION) if link else text


def _find_error(local: str, domain: str) -> str:
    """Returns our own message for what this module, or email_validator, would refuse. Empty for no error."""
    if not (local and domain):
        return _INCOMPLETE
    if "@" in local:
        return _SEVERAL_ADDRESSES
    if len(local) > _LONGEST_LOCAL or len(local) + 1 + len(domain) > LONGEST_ADDRESS:
        return _TOO_LONG
    if not local.isascii():
        return _format_accent_error(local, domain)
    if sign := next((one for one in local if not (one.isalnum() or one in _ALLOWED_SIGNS)), ""):
        return f"Retirez {_format_sign(sign)} de l’adresse mail."
    return _WRONG_DOTS if not all(local.split(".")) else ""


def _format_accent_error(local: str, domain: str) -> str:
    """Suggests the address without accents: emails to an accented address would not arrive."""
    meant = f"{fold_text(local)}@{domain}"
    return f"{_ACCENTS} Est-ce {meant} ?" if meant.isascii() and meant.isprintable() else _ACCENTS


def _format_sign(sign: str) -> str:
    if sign.isspace():
        return "l’espace"
    return f"« {sign} »" if sign.isprintable() else "le caractère invisible"
