"""« Autres demandes de cette personne »: the look-alikes of a case, and those that are linked to it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.citizen import load_citizen
from app.domain.cases.draft.draft import load_details
from app.domain.cases.inbox.listing import load_rows_by_id
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.inbox.visibility import build_visibility_condition
from app.domain.cases.lookalikes.comparison import Likeness
from app.domain.cases.lookalikes.find_lookalikes import compare_case, load_births
from app.domain.cases.lookalikes.links import list_linked_cases
from db.tables.cases import Case


@dataclass(frozen=True)
class OtherCase:
    """likeness: empty for a case that a person linked or asked for by its number."""

    case: CaseRow
    birth: str
    likeness: Likeness
    linked: bool


async def list_other_cases(actor: Actor, case_id: UUID, now: datetime, *, asked: UUID | None = None) -> list[OtherCase]:
    """Those that the actor may read; the linked ones first. asked: one more case, by its number."""
    citizen, linked = await load_citizen(case_id), await list_linked_cases(case_id)
    alike = await compare_case(actor, case_id, citizen, await load_details(case_id), linked)
    wanted = {asked: Likeness.NONE, **alike} if asked else alike
    shown = await load_rows_by_id(actor, list(wanted), now) if wanted else {}
    births = await load_births(shown)
    found = [OtherCase(shown[one], births[one], wanted[one], one in linked) for one in wanted if one in shown]
    return sorted(found, key=lambda one: not one.linked)


async def find_readable_number(actor: Actor, number: int) -> UUID | None:
    """The case of this number, if the actor may read it."""
    row = await Case.select(Case.id).where(build_visibility_condition(actor), Case.number == number).first()
    return row["id"] if row else None
