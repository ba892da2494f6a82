"""Answers of a draft that do not act. Source: issue 14, B (14, 18).

A choice acts at « Continuer » alone: until then it is here, to be shown again. What is typed for a kind of mandate that
is not chosen is here too, as are organisations that the territory lacks, until the case leaves: then it is forgotten,
for it does not apply.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.held_draft import HeldDraft, hold_draft
from db.encryption import seal, unseal
from db.engine import transaction
from db.tables import Case, PendingAnswers

WAITING = "organismes"


async def pending_of(draft_id: UUID) -> dict[str, str]:
    """By the names of the wizard's fields. For a draft that the caller has been let into."""
    row = await PendingAnswers.select(PendingAnswers.answers).where(PendingAnswers.case == draft_id).first()
    known: dict[str, str] = json.loads(unseal(PendingAnswers.answers, draft_id, row["answers"])) if row else {}
    return known


async def waiting_organisations(draft_id: UUID) -> frozenset[int]:
    """Chosen by hand, and not to be reached in the draft's territory."""
    return frozenset(map(int, (await pending_of(draft_id)).get(WAITING, "").split()))


async def keep_pending(actor: Actor, draft: UUID | HeldDraft, answers: Mapping[str, str | None], now: datetime) -> None:
    """Beside those kept before; None forgets one. Raises NotFound, AlreadySent."""
    async with transaction():
        held = await hold_draft(actor, draft)
        await Case.update({Case.saved_at: now}).where(Case.id == held.id)
        known = {**await pending_of(held.id), **answers}
        await _write(held.id, {name: value for name, value in known.items() if value is not None})


async def _write(draft_id: UUID, answers: dict[str, str]) -> None:
    if not answers:
        await forget_pending(draft_id)
        return
    sealed = seal(PendingAnswers.answers, draft_id, json.dumps(answers, ensure_ascii=False))
    await PendingAnswers.insert(PendingAnswers(case=draft_id, answers=sealed)).on_conflict(
        target=PendingAnswers.case, action="DO UPDATE", values=[(PendingAnswers.answers, sealed)]
    )


async def forget_pending(draft_id: UUID) -> None:
    """In the transaction of what sends the case."""
    await PendingAnswers.delete().where(PendingAnswers.case == draft_id)
