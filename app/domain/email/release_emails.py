"""Lets the emails of a run (SENT_TOGETHER) leave, once all of them are queued: one for each reader (outbox.py)."""

from datetime import datetime

from app.domain.email.queue_email import SENT_TOGETHER, email_queued
from db.engine import on_commit, transaction
from db.tables.email import Email


async def release_emails(written_at: datetime, now: datetime) -> None:
    """The run of `written_at` has ended: what it queued, and no slot keeps, leaves at once."""
    async with transaction():
        await Email.update({Email.due_at: now}).where(
            Email.written_at == written_at,
            Email.kind.is_in(sorted(SENT_TOGETHER)),
            Email.slot.is_null(),
            Email.state == "waiting",
            Email.attempts == 0,
        )
        on_commit(email_queued.send)
