"""What a ready phrase may contain: an answer or a reminder, fields that take the values of the case; who may keep it.

Pure. Source: features.md W7. A message is stored in clear, so no field is about the citizen. To offer one more, add a
line to _FIELDS.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.accounts.actor import Actor, Side
from app.domain.calendar.time_zones import PARIS
from app.domain.case_number import format_case_number
from app.domain.catalogue.entries import EntryState
from app.domain.errors import Forbidden, NotFound
from app.domain.text_length import format_length_error
from db.search import fold_text

TRANSFER_LENGTH = 500
"""Its words are the reason of the transfer: REASON_LENGTH of app/domain/cases/lifecycle/joining.py."""
MOST_REMIND_DAYS = 60
"""Working days: within the six months of set_aside.py."""


class PhraseAnswer(StrEnum):
    """What the phrase ticks in the form of the message. TRANSFER: its words are the reason of a transfer."""

    MESSAGE = "message"
    HANDLED = "handled"
    IRRELEVANT = "irrelevant"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class PhraseFacts:
    """number: of the case. agent: the name of its author. office: their team. organisation: the team that answers."""

    number: int
    agent: str
    office: str
    organisation: str
    sent_at: datetime
    now: datetime


_FIELDS: dict[str, Callable[[PhraseFacts], str]] = {
    "numéro": lambda facts: format_case_number(facts.number),
    "agent": lambda facts: facts.agent or facts.office,
    "structure": lambda facts: facts.office,
    "organisme": lambda facts: facts.organisation,
    "date d’envoi": lambda facts: _format_date(facts.sent_at),
    "aujourd’hui": lambda facts: _format_date(facts.now),
}
FIELD_NAMES = tuple(f"{{{name}}}" for name in _FIELDS)
"""As a person writes them: « {agent} »."""
_BY_FOLDED_NAME = {fold_text(name): read for name, read in _FIELDS.items()}
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


def check_phrase_right(actor: Actor, team_id: int | None, person_id: int | None) -> None:
    """A phrase belongs to a team, or to one person, for whom alone it exists. Raises Forbidden, NotFound."""
    if person_id not in (None, actor.id):
        raise NotFound("Cette phrase n’existe pas, ou n’existe plus.")
    own = [seat for seat in actor.seats if seat.side == Side.REFERENT]
    if not own or (person_id is None and not any(seat.manager and seat.team_id == team_id for seat in own)):
        raise Forbidden("Les phrases toutes prêtes d’une équipe sont tenues par ses responsables.")


def render_phrase(body: str, facts: PhraseFacts) -> str:
    """Each field gets its value. What is no field stays as it is: a phrase of before may have braces."""

    def fill(found: re.Match[str]) -> str:
        read = _find_field(found)
        return read(facts) if read else found[0]

    return _BRACES.sub(fill, body)


def find_phrase_errors(state: EntryState) -> dict[str, str]:
    """Field of the form -> what to correct."""
    if state["answer"] not in set(PhraseAnswer):
        return {"reponse": "Choisissez ce que fait la phrase."}
    unknown = next((found[0] for found in _BRACES.finditer(state["body"]) if not _find_field(found)), "")
    if unknown:
        return {"texte": _format_unknown_field(unknown)}
    if state["answer"] == PhraseAnswer.TRANSFER and len(state["body"]) > TRANSFER_LENGTH:
        return {"texte": format_length_error(len(state["body"]), TRANSFER_LENGTH)}
    return _find_reminder_errors(state["remind_days"], state["answer"])


def _find_reminder_errors(days: int | None, answer: str) -> dict[str, str]:
    """An answer that ends one's part has nothing to be reminded of."""
    if days is None:
        return {}
    if not 1 <= days <= MOST_REMIND_DAYS:
        return {"rappel": f"Indiquez un nombre de jours ouvrés, de 1 à {MOST_REMIND_DAYS}, ou rien."}
    if answer != PhraseAnswer.MESSAGE:
        return {"rappel": "Un rappel va avec « Ajouter ces mots ». Choisissez-le, ou videz ce champ."}
    return {}


def _find_field(found: re.Match[str]) -> Callable[[PhraseFacts], str] | None:
    """Accents, case and the shape of the apostrophe do not count."""
    return _BY_FOLDED_NAME.get(fold_text(found[1])) if found[1] else None


def _format_unknown_field(unknown: str) -> str:
    known = ", ".join(f"« {name} »" for name in FIELD_NAMES)
    return (
        f"« {unknown} » n’est pas un champ connu. Les champs sont {known}. Aucun ne reprend une information de "
        "l’usager : elles restent dans son dossier. Écrivez les autres mots sans accolades."
    )


def _format_date(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%d/%m/%Y}"
