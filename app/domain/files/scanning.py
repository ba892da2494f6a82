"""What the antivirus is asked, and what its answer changes. Until it answers, nobody receives a byte."""

from uuid import UUID

from app.domain.files.removal import bytes_removed
from app.domain.files.scan_state import Scan
from app.domain.platform.state import in_maintenance
from app.domain.signals import Signal
from db.engine import on_commit, transaction
from db.tables import Attachment

scan_queued = Signal[[]]()
"""Wakes the antivirus worker: a file is scanned as soon as it is received."""


async def awaiting_verdict() -> list[UUID]:
    """The oldest first; nothing in maintenance."""
    if await in_maintenance():
        return []
    rows = await (
        Attachment.select(Attachment.id)
        .where(Attachment.scan == Scan.WAITING, Attachment.digest != "")
        .order_by(Attachment.begun_at)
        .limit(100)
    )
    return [row["id"] for row in rows]


async def settle(attachment_id: UUID, verdict: Scan) -> None:
    """Once. The bytes of an infected file are deleted: only its line stays, and says so."""
    async with transaction():
        settled = await (
            Attachment.update({Attachment.scan: verdict})
            .where(Attachment.id == attachment_id, Attachment.scan == Scan.WAITING)
            .returning(Attachment.id)
        )
        if settled and verdict == Scan.INFECTED:
            on_commit(lambda: bytes_removed.send([attachment_id]))
