"""A citizen’s phone, from the numbers reserved for fiction, and an SMS that has reached it."""

from datetime import datetime
from uuid import UUID, uuid4

from app.domain.accounts.actor import Actor
from app.domain.cases.mandate.request_by_sms import request_mandate_by_sms
from app.domain.cases.mandate.sms_outbox import claim_sms, record_sms_sent

PHONE = "06 39 98 12 34"


async def send_mandate_sms(actor: Actor, draft_id: UUID, now: datetime, phone: str = PHONE) -> None:
    """Sends an SMS that the provider accepts."""
    await request_mandate_by_sms(actor, draft_id, uuid4(), phone, brand="Administration+", now=now)
    while claim := await claim_sms(now):
        await record_sms_sent(claim, now)
