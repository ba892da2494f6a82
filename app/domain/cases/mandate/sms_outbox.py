"""Texts leave like letters: a row written in the verb's transaction, sent after its commit, at least once, same id.

An hour later nobody waits for it any more: it has failed, and the wizard says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.case_status import Status
from app.domain.cases.mandate.sms_thread import TextState
from app.domain.email.outbox import LEASE, pause_after
from app.domain.platform.state import in_maintenance
from app.domain.signals import Signal
from db.encryption import unseal
from db.engine import is_postgres, transaction
from db.tables import Case, Sms

GIVE_UP_AFTER = timedelta(hours=1)
sms_queued = Signal[[]]()
"""Wakes the SMS worker."""


@dataclass(frozen=True)
class TextClaim:
    """A text taken by one worker until its lease ends."""

    id: UUID
    phone: str
    body: str
    attempts: int
    written_at: datetime


async def claim_text(now: datetime) -> TextClaim | None:
    """The next due text, leased. One whose draft has left by another mandate is not sent; none is in maintenance."""
    if await in_maintenance():
        return None
    async with transaction():
        query = (
            Sms.select(Sms.id, Sms.case, Sms.phone, Sms.body, Sms.attempts, Sms.written_at)
            .where(Sms.state == TextState.WAITING, Sms.due_at <= now)
            .order_by(Sms.due_at)
            .first()
        )
        row = await (query.lock_rows("UPDATE", skip_locked=True) if is_postgres() else query)
        if row is None:
            return None
        await Sms.update({Sms.due_at: now + LEASE, Sms.attempts: row["attempts"] + 1}).where(Sms.id == row["id"])
        wanted = await Case.exists().where(Case.id == row["case"], Case.status == Status.DRAFT)
    phone, body = unseal(Sms.phone, row["id"], row["phone"]), unseal(Sms.body, row["id"], row["body"])
    claim = TextClaim(row["id"], phone, body, row["attempts"] + 1, row["written_at"])
    if wanted:
        return claim
    await fail(claim)
    return await claim_text(now)


async def sent(claim: TextClaim, now: datetime) -> None:
    await Sms.update({Sms.state: TextState.SENT, Sms.sent_at: now}).where(Sms.id == claim.id)


async def fail(claim: TextClaim) -> None:
    """Not sent, and not tried again: the agent corrects the number or chooses another mandate."""
    await Sms.update({Sms.state: TextState.FAILED}).where(Sms.id == claim.id, Sms.state == TextState.WAITING)


async def put_off(claim: TextClaim, now: datetime) -> None:
    """Tried again as letters are, for an hour."""
    if now - claim.written_at > GIVE_UP_AFTER:
        await fail(claim)
        return
    await Sms.update({Sms.due_at: now + pause_after(claim.attempts)}).where(Sms.id == claim.id)
