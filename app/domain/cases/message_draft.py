"""What is typed on a case and not sent yet: kept here, for its author alone, from any computer. Source: issue 5.

One for a person and a case; gone once sent, emptied, or the case erased. Closing deletes none: while the case is closed
its author reads it, and it is in the form again once the case is open. Only what could not reach this place lies in the
browser, sealed (app/static/sealed.js).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.facts import case_for, posted_before
from app.domain.permissions import Action, Audience, CaseFacts, actions_for, may_read
from db.engine import transaction
from db.tables import MessageDraft
from db.together import Asked, Question, Row, alone, moment


@dataclass(frozen=True)
class Kept:
    """apart: the box « Entre référents seulement » was ticked, and must come back ticked."""

    body: str
    apart: bool
    saved_at: datetime | None


NOTHING = Kept("", False, None)
_KEPT = Question(
    {"body": "d.body", "apart": "d.apart", "saved_at": "d.saved_at"},
    'message_draft d WHERE d."case" = {} AND d.person = {}',
    {"apart": bool, "saved_at": moment},
)


async def keep(actor: Actor, case_id: UUID, body: str, *, key: str, apart: bool, now: datetime) -> bool:
    """Replaces what was kept. Nothing typed keeps the ticked box alone, which says who may read the files that wait.

    False, and nothing is kept, when the message of this form has left.

    A person who reads an open case may write on it; on a closed one, what they were typing as it closed is kept too.

    Raises NotFound, Conflict (a draft).
    """
    async with transaction():
        await case_for(actor, case_id, Action.READ)
        left = await posted_before(actor, case_id, key)
        if left or not (body or apart):
            await forget(case_id, actor.id)
            return not left
        draft = MessageDraft(case=case_id, person=actor.id, body=body, apart=apart, saved_at=now)
        await MessageDraft.insert(draft).on_conflict(
            target=(MessageDraft.case, MessageDraft.person),
            action="DO UPDATE",
            values=[(MessageDraft.body, body), (MessageDraft.apart, apart), (MessageDraft.saved_at, now)],
        )
        return True


async def kept(actor: Actor, case: CaseFacts) -> Kept:
    """What the actor finds again in the form. Who may no longer write apart is never shown such words as a message."""
    return kept_from(actor, case, await alone(kept_words(actor, case)))


def kept_words(actor: Actor, case: CaseFacts) -> Asked:
    return _KEPT.about(case.id, actor.id)


def kept_from(actor: Actor, case: CaseFacts, rows: list[Row]) -> Kept:
    if not rows or Action.READ not in actions_for(actor, case):
        return NOTHING
    if rows[0]["apart"] and not may_read(actor, case, Audience.OPERATORS):
        return NOTHING
    return Kept(**rows[0])


async def forget(case_id: UUID, person_id: int) -> None:
    """This person's, once sent. Inside the verb's transaction. The erasure of the case deletes all (erasure.py)."""
    await MessageDraft.delete().where(MessageDraft.case == case_id, MessageDraft.person == person_id)
