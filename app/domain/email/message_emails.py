"""The emails about one message: who may read it when they leave, and those that its withdrawal cancels."""

from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import And, Or

from app.domain.audience import TO_ALL, TO_REFERENTS, Audience, Readership
from app.domain.email.outbox import OutboxItem
from app.domain.email.queue_email import EmailKind
from db.tables.email import Email
from db.tables.thread import Message


async def load_readership(item: OutboxItem) -> Readership:
    """Who may read the line that the email is about: checked when the email is queued, and again when it is sent."""
    if item.message_id is None:
        return TO_REFERENTS if item.kind == EmailKind.INTERNAL else TO_ALL
    row = await Message.select(Message.audience, Message.reader_team).where(Message.id == item.message_id).first()
    return Readership(Audience(row["audience"]), row["reader_team"]) if row else Readership(Audience.TEAM)


async def cancel_emails(kind: EmailKind, case_id: UUID, message_id: int, written_at: datetime, now: datetime) -> None:
    """Cancels the waiting emails of a withdrawn message. Call it inside the action's transaction.

    `kind` is MESSAGE or INTERNAL: a message and these emails have the same moment. A correction may have called people
    since. An email that a worker is sending now leaves all the same.
    """
    written_with = And(Email.kind == kind, Email.written_at == written_at)
    await Email.update({Email.state: "cancelled", Email.sent_at: now}).where(
        Email.case == case_id, Email.state == "waiting", Or(written_with, Email.message == message_id)
    )
