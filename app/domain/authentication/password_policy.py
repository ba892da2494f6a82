"""Why a password is refused, and what to choose instead. Source: ASVS 5.0, 6.2.1 to 6.2.12.

Four reasons: its length; a part that names the person or their organisation; a public leak; too few guesses.
"""

import re
import string

from app.domain.accounts.actor import Actor
from app.domain.authentication.breached_passwords import is_breached
from app.domain.authentication.common_words import is_guessable, list_spellings, split_words
from app.domain.authentication.password_login import LONGEST_PASSWORD
from app.domain.authentication.password_strength import is_strong
from app.domain.text_length import format_length_error
from app.settings import settings
from db.tables.members import Membership

SHORTEST_PASSWORD = 12
_SHORTEST_SUBSTRING = 5
"""Letters. A shorter word counts only between signs or digits: « lot » is part of « pilote »."""
_REPEATED = re.compile(r"(.{3,})[\W_]*\1", re.IGNORECASE | re.DOTALL)
_SHORT = f"Choisissez au moins {SHORTEST_PASSWORD} caractères : plusieurs mots font l’affaire."
_PERSONAL = (
    "Ce mot de passe contient «\u00a0{}\u00a0», qui vient de votre nom, de votre adresse ou de votre structure : c’est "
    "la première chose que l’on essaie. Choisissez plusieurs mots sans rapport avec vous."
)
_LEAKED = (
    "Ce mot de passe est dans une liste publique de mots de passe volés : il serait essayé parmi les premiers. "
    "Choisissez plusieurs mots sans rapport entre eux."
)
_GUESSABLE = (
    "Ce mot de passe se devine trop vite : il contient surtout des mots courants, une date ou une suite. "
    "Choisissez plusieurs mots sans rapport entre eux."
)


async def find_password_error(actor: Actor, new: str) -> str:
    """What to correct; empty for a good password."""
    return find_policy_error(new, await _list_personal_texts(actor))


def find_policy_error(new: str, personal_texts: list[str]) -> str:
    """personal_texts: the person's address, names, teams and organisations. It takes 20 ms at most for any text."""
    if len(new) < SHORTEST_PASSWORD:
        return _SHORT
    if len(new) > LONGEST_PASSWORD:
        return format_length_error(len(new), LONGEST_PASSWORD)
    if part := _find_personal_word(new, personal_texts):
        return _PERSONAL.format(part)
    once = _remove_repeats(new)
    if is_breached(new) or is_breached(once):
        return _LEAKED
    good = len(once) >= SHORTEST_PASSWORD and is_strong(once, personal_texts) and not is_guessable(new, personal_texts)
    return "" if good else _GUESSABLE


def _remove_repeats(password: str) -> str:
    """A text that is repeated, with signs or blanks between, counts once."""
    once = _REPEATED.sub(r"\1", password)
    return password if once == password else once.strip(string.punctuation + " ")


async def _list_personal_texts(actor: Actor) -> list[str]:
    offices = await Membership.select(Membership.team.organisation.name.as_alias("name")).where(
        Membership.person == actor.id
    )
    teams = [text for seat in actor.seats for text in (seat.team_name, seat.acronym)]
    return [actor.address, actor.full_name, settings.brand, *teams, *(row["name"] for row in offices)]


def _find_personal_word(password: str, personal_texts: list[str]) -> str:
    """The longest word of personal_texts that the password contains; empty for none."""
    known = {word for text in personal_texts for word in split_words(text)}
    read = "\n".join(list_spellings(password))
    apart = set(re.findall(r"[a-z]+", read))
    return max(
        (word for word in known if word in (read if len(word) >= _SHORTEST_SUBSTRING else apart)), key=len, default=""
    )
