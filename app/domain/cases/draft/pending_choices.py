"""Stores the answers of a draft that have no effect yet. Source: issue 14, B (14, 18).

These are: choices that « Continuer » has not confirmed, answers about a kind of mandate that is not chosen, and
organisations that are not reachable in the area. They are shown again, and deleted when the case is sent.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.locked_draft import LockedDraft, lock_draft
from db.encryption import decrypt, encrypt
from db.engine import transaction
from db.tables.cases import Case
from db.tables.drafts import PendingChoices

ORGANISATIONS_FIELD = "organismes"


async def load_pending_answers(draft_id: UUID) -> dict[str, str]:
    """Maps the wizard's field names to their values. Checks no permission: the caller has."""
    row = await PendingChoices.select(PendingChoices.choices).where(PendingChoices.case == draft_id).first()
    known: dict[str, str] = json.loads(decrypt(PendingChoices.choices, draft_id, row["choices"])) if row else {}
    return known


async def load_unreachable_organisations(draft_id: UUID) -> frozenset[int]:
    """Returns the ids of organisations chosen by hand and not reachable in the draft's area."""
    return frozenset(map(int, (await load_pending_answers(draft_id)).get(ORGANISATIONS_FIELD, "").split()))


async def save_pending_answers(
    actor: Actor, draft: UUID | LockedDraft, answers: Mapping[str, str | None], now: datetime
) -> None:
    """Adds to the stored answers; a None value deletes one. Raises NotFound, AlreadySent."""
    async with transaction():
        held = await lock_draft(actor, draft)
        await Case.update({Case.saved_at: now}).where(Case.id == held.id)
        known = {**await load_pending_answers(held.id), **answers}
        await _write_answers(held.id, {name: value for name, value in known.items() if value is not None})


async def _write_answers(draft_id: UUID, answers: dict[str, str]) -> None:
    if not answers:
        await delete_pending_answers(draft_id)
        return
    sealed = encrypt(PendingChoices.choices, draft_id, json.dumps(answers, ensure_ascii=False))
    await PendingChoices.insert(PendingChoices(case=draft_id, choices=sealed)).on_conflict(
        target=PendingChoices.case, action="DO UPDATE", values=[(PendingChoices.choices, sealed)]
    )


async def delete_pending_answers(draft_id: UUID) -> None:
    """Call it in the transaction that sends the case."""
    await PendingChoices.delete().where(PendingChoices.case == draft_id)
