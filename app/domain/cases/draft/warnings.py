"""What the check page warns of before sending. Source: features.md N9."""

import logging
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.case_status import OPEN
from app.domain.cases.citizen import IDENTITY, Citizen, citizen_of
from app.domain.cases.draft.view import Draft
from app.domain.cases.inbox.search_index import is_about
from app.domain.cases.inbox.visibility import visible_to
from app.domain.catalogue.warnings import doubt_of, holds_nir
from db.encryption import UnreadableError
from db.search import fold
from db.tables import Case, Recipient, Team

log = logging.getLogger("aplus.vault")
_WORD = re.compile(r"[^\W_]+")


def names_the_citizen(draft: Draft) -> bool:
    """The subject shows in lists and on screens that others pass by: it should hold neither of the citizen's names.

    Whole words, however written: « Roi » is not in « paroisse ». A first name of two letters is also a word.
    """
    said = _spaced(draft.subject)
    last, first = _spaced(draft.last_name), _spaced(draft.first_name)
    return (len(last.strip()) > 1 and last in said) or (len(first.strip()) > 2 and first in said)


def _spaced(text: str) -> str:
    """Folded words between blanks: one text's are in another's only whole. « Anne-Zoé » -> « anne zoe »."""
    return f" {' '.join(_WORD.findall(fold(text)))} "


def doubts(draft: Draft) -> list[str]:
    """What looks like a slip in the answers: told before sending, never in the way."""
    found = [doubt_of(detail.label, detail.value) for detail in draft.details]
    if any(holds_nir(text) for text in (draft.subject, draft.description, draft.urgency_reason)):
        found.append(
            "Le texte semble contenir un numéro de sécurité sociale : mieux vaut le donner dans son champ, « Autres »."
        )
    return [doubt for doubt in found if doubt]


@dataclass(frozen=True)
class Lookalike:
    id: UUID
    subject: str


async def lookalikes(actor: Actor, draft: Draft) -> list[Lookalike]:
    """Open cases that the actor may read, about the same citizen and one of the same organisations."""
    if not draft.organisations:
        return []
    teams = Team.select(Team.id).where(Team.organisation.is_in(sorted(draft.organisations)))
    rows = await (
        Case.select(Case.id, Case.subject, *IDENTITY)
        .where(
            visible_to(actor),
            is_about([draft.first_name, draft.last_name]),
            Case.status.is_in([status.value for status in OPEN]),
            Case.id.is_in(Recipient.select(Recipient.case).where(Recipient.team.is_in(teams))),
        )
        .order_by(Case.last_event, ascending=False)
        .limit(200)
    )
    citizen = _compared(Citizen(draft.first_name, draft.last_name, draft.birth))
    return [Lookalike(row["id"], row["subject"]) for row in rows if _opened(row) == citizen]


def _opened(row: dict[str, Any]) -> tuple[str, str, str] | None:
    """None when it does not open: another case that was altered is no reason to stop this one."""
    try:
        return _compared(citizen_of(row["id"], row))
    except UnreadableError as failure:
        log.error("a name to compare does not open: %s", failure)
        return None


def _compared(citizen: Citizen) -> tuple[str, str, str]:
    return fold(citizen.first_name), fold(citizen.last_name), fold(citizen.birth)[-4:]
