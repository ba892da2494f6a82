"""The files that the antivirus scans, and the effect of its result. Before the result, a file is not delivered."""

from uuid import UUID

from app.domain.files.removal import bytes_removed
from app.domain.files.scan_state import ScanState
from app.domain.platform.state import is_in_maintenance
from app.domain.signals import Signal
from db.engine import on_commit, transaction
from db.tables.attachments import Attachment

scan_queued = Signal[[]]()
"""Wakes the antivirus worker: a file is scanned as soon as it is received."""


async def list_files_to_scan() -> list[UUID]:
    """The oldest first; none in maintenance."""
    if await is_in_maintenance():
        return []
    rows = await (
        Attachment.select(Attachment.id)
        .where(Attachment.scan == ScanState.WAITING, Attachment.digest != "")
        .order_by(Attachment.begun_at)
        .limit(100)
    )
    return [row["id"] for row in rows]


async def record_scan_result(attachment_id: UUID, result: ScanState) -> None:
    """Only the first result counts. The bytes of an infected file are deleted, and its row stays to show the result."""
    async with transaction():
        settled = await (
            Attachment.update({Attachment.scan: result})
            .where(Attachment.id == attachment_id, Attachment.scan == ScanState.WAITING)
            .returning(Attachment.id)
        )
        if settled and result == ScanState.INFECTED:
            on_commit(lambda: bytes_removed.send([attachment_id]))
