"""A draft that its author changes: one verb locks its row and loads its facts once, for all the verbs it is made of."""

from dataclasses import dataclass
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.view import check_editable
from app.domain.cases.permissions import CaseFacts


@dataclass(frozen=True)
class LockedDraft:
    """Made by hold_draft alone. It is good until the transaction ends: nothing else changes the facts before."""

    facts: CaseFacts

    @property
    def id(self) -> UUID:
        return self.facts.id


async def lock_draft(actor: Actor, draft: UUID | LockedDraft) -> LockedDraft:
    """Call it inside the verb's transaction. The right is checked each time, on the facts loaded the first time.

    Raises NotFound for anyone but the author, AlreadySent once it is a case.
    """
    held = draft if isinstance(draft, LockedDraft) else LockedDraft(await load_visible_case(actor, draft, locked=True))
    check_editable(actor, held.facts)
    return held
