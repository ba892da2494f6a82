"""Locks a draft and loads its facts once for an action, even when the action calls several others."""

from dataclasses import dataclass
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.draft import check_editable
from app.domain.cases.permissions import CaseFacts


@dataclass(frozen=True)
class LockedDraft:
    """Only lock_draft makes one. Its facts are valid until the transaction ends."""

    facts: CaseFacts

    @property
    def id(self) -> UUID:
        return self.facts.id


async def lock_draft(actor: Actor, draft: UUID | LockedDraft) -> LockedDraft:
    """Call it inside a transaction. Each call checks the permission on the facts that the first call loaded.

    Raises NotFound unless the actor is the author; AlreadySent.
    """
    held = draft if isinstance(draft, LockedDraft) else LockedDraft(await load_visible_case(actor, draft, locked=True))
    check_editable(actor, held.facts)
    return held
