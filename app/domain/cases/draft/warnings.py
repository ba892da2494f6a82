"""Finds what the check page warns of before sending. Source: features.md N9."""

import logging
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.case_status import OPEN_STATUSES
from app.domain.cases.citizen import IDENTITY_COLUMNS, Citizen, decode_citizen
from app.domain.cases.draft.draft import Draft
from app.domain.cases.inbox.visibility import build_visibility_condition
from app.domain.cases.search.citizen_conditions import build_names_condition
from app.domain.catalogue.warnings import find_warning, has_nir
from db.encryption import UnreadableError
from db.search import fold_text
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.teams import Team

log = logging.getLogger("aplus.encryption")
_WORD = re.compile(r"[^\W_]+")


def has_citizen_name(draft: Draft) -> bool:
    """True when the subject, which lists show, has the citizen's first or last name.

    Whole words are compared, without accents or case: « Roi » is not in « paroisse ».
    """
    said = _join_folded_words(draft.subject)
    last, first = _join_folded_words(draft.last_name), _join_folded_words(draft.first_name)
    # A first name of two letters may be an ordinary word.
    return (len(last.strip()) > 1 and last in said) or (len(first.strip()) > 2 and first in said)


def _join_folded_words(text: str) -> str:
    """« Anne-Zoé » -> «  anne zoe  ». The blanks at both ends make « in » match whole words only."""
    return f" {' '.join(_WORD.findall(fold_text(text)))} "


def list_answer_warnings(draft: Draft) -> list[str]:
    """Describes likely mistakes in the answers. They never block the sending."""
    found = [find_warning(detail.label, detail.value) for detail in draft.details]
    if any(has_nir(text) for text in (draft.subject, draft.description, draft.urgency_reason)):
        found.append(
            "Le texte semble contenir un numéro de sécurité sociale : mieux vaut le donner dans son champ, « Autres »."
        )
    return [doubt for doubt in found if doubt]


@dataclass(frozen=True)
class PossibleDuplicate:
    id: UUID
    subject: str


async def find_possible_duplicates(actor: Actor, draft: Draft) -> list[PossibleDuplicate]:
    """Lists open cases that the actor may read, with the same citizen and one of the same organisations."""
    if not draft.organisations:
        return []
    teams = Team.select(Team.id).where(Team.organisation.is_in(sorted(draft.organisations)))
    rows = await (
        Case.select(Case.id, Case.subject, *IDENTITY_COLUMNS)
        .where(
            build_visibility_condition(actor),
            build_names_condition([draft.first_name, draft.last_name]),
            Case.status.is_in([status.value for status in OPEN_STATUSES]),
            Case.id.is_in(
                Recipient.select(Recipient.case).where(Recipient.team.is_in(teams), Recipient.left_at.is_null())
            ),
        )
        .order_by(Case.last_event, ascending=False)
        .limit(200)
    )
    citizen = _build_comparison_key(Citizen(draft.first_name, draft.last_name, draft.birth))
    return [PossibleDuplicate(row["id"], row["subject"]) for row in rows if _decode_comparison_key(row) == citizen]


def _decode_comparison_key(row: dict[str, Any]) -> tuple[str, str, str] | None:
    """Returns None when the other case cannot be decrypted: that must not block this draft."""
    try:
        return _build_comparison_key(decode_citizen(row["id"], row))
    except UnreadableError as failure:
        log.error("cannot decrypt a name to compare: %s", failure)
        return None


def _build_comparison_key(citizen: Citizen) -> tuple[str, str, str]:
    return fold_text(citizen.first_name), fold_text(citizen.last_name), fold_text(citizen.birth)[-4:]
