"""The outbox of SMS: a row is written in the action's transaction, and sent after its commit.

An SMS may be sent twice, with the same id. It fails after an hour without success, and the wizard shows this.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.case_status import Status
from app.domain.cases.mandate.sms_thread import SmsState
from app.domain.email.outbox import LEASE, compute_retry_delay
from app.domain.platform.state import is_in_maintenance
from app.domain.signals import Signal
from db.encryption import decrypt
from db.engine import is_postgres, transaction
from db.tables.cases import Case
from db.tables.sms import Sms

GIVE_UP_AFTER = timedelta(hours=1)
sms_queued = Signal[[]]()
"""Wakes the SMS worker."""


@dataclass(frozen=True)
class SmsClaim:
    """An SMS that one worker holds until its lease ends."""

    id: UUID
    phone: str
    body: str
    attempts: int
    written_at: datetime


async def claim_sms(now: datetime) -> SmsClaim | None:
    """Returns the next due SMS, leased; None if none is due, and in maintenance.

    An SMS of a case that is not a draft any more fails: the case was sent with another mandate.
    """
    if await is_in_maintenance():
        return None
    async with transaction():
        query = (
            Sms.select(Sms.id, Sms.case, Sms.phone, Sms.body, Sms.attempts, Sms.written_at)
            .where(Sms.state == SmsState.WAITING, Sms.due_at <= now)
            .order_by(Sms.due_at)
            .first()
        )
        row = await (query.lock_rows("UPDATE", skip_locked=True) if is_postgres() else query)
        if row is None:
            return None
        await Sms.update({Sms.due_at: now + LEASE, Sms.attempts: row["attempts"] + 1}).where(Sms.id == row["id"])
        wanted = await Case.exists().where(Case.id == row["case"], Case.status == Status.DRAFT)
    phone, body = decrypt(Sms.phone, row["id"], row["phone"]), decrypt(Sms.body, row["id"], row["body"])
    claim = SmsClaim(row["id"], phone, body, row["attempts"] + 1, row["written_at"])
    if wanted:
        return claim
    await record_sms_failed(claim)
    return await claim_sms(now)


async def record_sms_sent(claim: SmsClaim, now: datetime) -> None:
    await Sms.update({Sms.state: SmsState.SENT, Sms.sent_at: now}).where(Sms.id == claim.id)


async def record_sms_failed(claim: SmsClaim) -> None:
    """A failed SMS is not retried: the agent corrects the number or chooses another kind of mandate."""
    await Sms.update({Sms.state: SmsState.FAILED}).where(Sms.id == claim.id, Sms.state == SmsState.WAITING)


async def retry_sms_later(claim: SmsClaim, now: datetime) -> None:
    """The delays are those of emails, for an hour."""
    if now - claim.written_at > GIVE_UP_AFTER:
        await record_sms_failed(claim)
        return
    await Sms.update({Sms.due_at: now + compute_retry_delay(claim.attempts)}).where(Sms.id == claim.id)
