"""What follows an attempt to send: it left, it is tried again, or its recipient refuses it for good."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.email.failure import PERMANENT, Failure
from app.domain.email.outbox import GIVE_UP_AFTER, ClaimedEmail, compute_retry_delay, set_email_state
from app.domain.email.post_office import is_relay_refusing_all
from app.domain.email.queue_email import EmailKind
from app.domain.email.undelivered import clear_after_acceptance, is_undelivered, mark_undelivered
from db.engine import transaction
from db.tables.email import Email

SECOND_ATTEMPT = timedelta(minutes=5)
"""Before a login link ends (15 minutes), and late enough to see whether the relay refuses others too."""


async def record_success(claim: ClaimedEmail, sent_ids: Collection[UUID], now: datetime) -> None:
    """The other items of the claim had no reader any more."""
    left_as = claim.id if claim.kind == EmailKind.DIGEST else None
    await set_email_state(sent_ids, "sent", now, sent_as=left_as)
    await set_email_state({item.id for item in claim.items} - set(sent_ids), "cancelled", now)
    if sent_ids:
        await clear_after_acceptance(claim.person_id, claim.team_id, now)


async def record_failure(claim: ClaimedEmail, failure: Failure, now: datetime) -> None:
    """A recipient that refuses for good is tried twice, five minutes apart; once, when its mailbox is known as dead."""
    refused = failure in PERMANENT
    async with transaction():
        if refused and await _is_last_attempt(claim, now):
            await _close(claim, "bounced", failure, now)
            await mark_undelivered(claim.person_id, claim.team_id, failure, now)
        elif claim.written_at < now - GIVE_UP_AFTER:
            await _close(claim, "failed", failure, now)
            if failure == Failure.TEMPORARY and not await is_relay_refusing_all(now):
                await mark_undelivered(claim.person_id, claim.team_id, failure, now)
        else:
            delay = compute_retry_delay(claim.attempts)
            await _postpone(claim, failure, now, max(delay, SECOND_ATTEMPT) if refused else delay)


async def _is_last_attempt(claim: ClaimedEmail, now: datetime) -> bool:
    if await is_relay_refusing_all(now):
        return False
    return claim.last_failure in PERMANENT or await is_undelivered(claim.person_id, claim.team_id)


async def _close(claim: ClaimedEmail, state: str, failure: Failure, now: datetime) -> None:
    """An email that was withdrawn meanwhile stays withdrawn."""
    values: dict[Any, Any] = {Email.state: state, Email.sent_at: now, Email.failure: failure, Email.failed_at: now}
    await Email.update(values).where(Email.id.is_in([item.id for item in claim.items]), Email.state == "waiting")


async def _postpone(claim: ClaimedEmail, failure: Failure, now: datetime, delay: timedelta) -> None:
    values: dict[Any, Any] = {Email.due_at: now + delay, Email.failure: failure, Email.failed_at: now}
    await Email.update(values).where(Email.id.is_in([item.id for item in claim.items]), Email.state == "waiting")
