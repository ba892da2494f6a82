"""Removes files: the row in the transaction, the bytes after its commit. An hourly job removes what a crash left."""

from datetime import datetime, timedelta
from uuid import UUID

from piccolo.columns.combination import And, Or, Where

from app.domain.case_status import Status
from app.domain.files.store import FileStore
from app.domain.signals import Signal
from db.engine import on_commit, transaction
from db.tables.attachments import Attachment
from db.tables.cases import Case

ABANDONED_AFTER = timedelta(days=2)
bytes_removed = Signal[[list[UUID]]]()
"""The ids of files. Sent after the commit; an erasure sends it before, so that a kill leaves a row and no bytes.

The composition root connects what deletes the bytes.
"""


async def remove_attachments(condition: Where | And | Or) -> None:
    """Call it inside the action's transaction."""
    rows = await Attachment.delete().where(condition).returning(Attachment.id)
    ids = [row["id"] for row in rows]
    if ids:
        on_commit(lambda: bytes_removed.send(ids))


async def remove_with_message(message_id: int) -> None:
    """Call it inside the action's transaction."""
    await remove_attachments(Attachment.message == message_id)


async def remove_with_case(case_id: UUID) -> None:
    """Call it inside the action's transaction."""
    await remove_attachments(Attachment.case == case_id)


async def remove_abandoned_files(store: FileStore, now: datetime) -> int:
    """Removes what was never sent, and the bytes that a crash left. Returns the number of deleted files without a row.

    An incomplete upload is removed after two days, and a complete one too unless it belongs to a draft. The chunks
    of a completed upload are removed, because they still contain the image's metadata.
    """
    drafts = Case.select(Case.id).where(Case.status == Status.DRAFT)
    async with transaction():
        await remove_attachments(
            And(
                And(Attachment.posted_at.is_null(), Attachment.begun_at < now - ABANDONED_AFTER),
                Or(Attachment.digest == "", Attachment.case.not_in(drafts)),
            )
        )
    await _delete_leftover_chunks(store)
    kept, deleted = await store.list_stored_ids(), 0
    for start in range(0, len(kept), 500):
        some = kept[start : start + 500]
        rows = await Attachment.select(Attachment.id).where(Attachment.id.is_in(some))
        known = {row["id"] for row in rows}
        lone = [one for one in some if one not in known]
        store.delete(lone)
        deleted += len(lone)
    return deleted


async def _delete_leftover_chunks(store: FileStore) -> None:
    left = await store.list_chunked_ids()
    for start in range(0, len(left), 500):
        rows = await Attachment.select(Attachment.id).where(
            Attachment.id.is_in(left[start : start + 500]), Attachment.digest != ""
        )
        for row in rows:
            await store.delete_chunks(row["id"])
