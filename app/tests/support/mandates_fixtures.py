"""A citizen's telephone, from the numbers kept for fiction, and a text that has reached it."""

from datetime import datetime
from uuid import UUID, uuid4

from app.domain.accounts.actor import Actor
from app.domain.cases.mandate.request_by_sms import ask
from app.domain.cases.mandate.sms_outbox import claim_text, sent

PHONE = "06 39 98 12 34"


async def send_text(actor: Actor, draft_id: UUID, now: datetime, phone: str = PHONE) -> None:
    """Asked, and accepted by the provider."""
    await ask(actor, draft_id, uuid4(), phone, brand="Administration+", now=now)
    while claim := await claim_text(now):
        await sent(claim, now)
