"""Where a closed case continues, for the panel of its closing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.visibility import build_visibility_condition
from app.domain.cases.lifecycle.continuation_row import load_continuation
from app.domain.cases.permissions import Action, CaseFacts, list_allowed_actions
from db.tables.cases import Case


@dataclass(frozen=True)
class ContinuedIn:
    """other_id, number: of the case where it continues, None if the actor may not read it or if it is erased.

    separable: the actor may take it back.
    """

    other_id: UUID | None
    number: int | None
    separable: bool


async def load_continued_in(actor: Actor, case: CaseFacts, now: datetime) -> ContinuedIn | None:
    """None, without a statement, for a case that does not continue elsewhere."""
    found = await load_continuation(case.id) if case.duplicate else None
    if found is None:
        return None
    readable = (Case.id == found.other_id) & Case.number.is_not_null()
    row = await Case.select(Case.id, Case.number).where(readable, build_visibility_condition(actor)).first() or {}
    separable = Action.REOPEN in list_allowed_actions(actor, case) and found.is_undoable(now)
    return ContinuedIn(row.get("id"), row.get("number"), separable)
