"""What « Continuer dans 4827-1930 » would do, for the question before it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.continuation import check_both, list_joining_teams, load_numbers
from app.domain.cases.lookalikes.same_citizen import is_same_citizen
from db.tables.cases import Case
from db.tables.teams import Team


@dataclass(frozen=True)
class Continuing:
    """What the question shows. number, other_number: « N° 4827-1930 ». subject: of the other case.

    owing, asked: names of the teams that are invited.
    """

    case_id: UUID
    other_id: UUID
    number: str
    other_number: str
    subject: str
    owing: list[str]
    asked: list[str]
    same_citizen: bool


async def preview_continuation(actor: Actor, case_id: UUID, other_id: UUID) -> Continuing:
    """Raises as continue_in does."""
    case, other = [await load_visible_case(actor, one) for one in (case_id, other_id)]
    check_both(actor, case, other)
    numbers, joining = await load_numbers(case_id, other_id), list_joining_teams(case, other)
    rows = await _list_names(list(joining))
    return Continuing(
        case_id,
        other_id,
        numbers[case_id],
        numbers[other_id],
        await _load_subject(other_id),
        owing=[row["name"] for row in rows if not joining[row["id"]]],
        asked=[row["name"] for row in rows if joining[row["id"]]],
        same_citizen=await is_same_citizen(case_id, other_id),
    )


async def _load_subject(case_id: UUID) -> str:
    row = await Case.select(Case.subject).where(Case.id == case_id).first()
    assert row is not None
    return str(row["subject"])


async def _list_names(teams: list[int]) -> list[dict[str, Any]]:
    """id, name, by name."""
    if not teams:
        return []
    rows: list[dict[str, Any]] = await Team.select(Team.id, Team.name).where(Team.id.is_in(teams)).order_by(Team.name)
    return rows
