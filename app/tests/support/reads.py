"""Reads that a page asks in one statement with its others; a test asks each alone."""

from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import CaseAttachments, attachments, attachments_from
from app.domain.cases.mandate.sms_thread import HeldText, replies, texts, texts_from
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.thread.entries import Entry, entries_of, entries_since
from db.batch import alone


async def read_thread(actor: Actor, case: CaseFacts, *, after: int = 0) -> list[Entry]:
    """What the actor may read of the thread, oldest first, past the event `after`."""
    return entries_of(await alone(entries_since(actor, case, after)))


async def read_attachments(actor: Actor, case: CaseFacts) -> CaseAttachments:
    return attachments_from(await alone(attachments(actor, case)))


async def read_texts(case_id: UUID) -> tuple[HeldText, ...]:
    return texts_from(await alone(texts(case_id)), await alone(replies(case_id)))
