"""How far each person has read. Opening a case is opening.py."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.cases.permissions import CaseFacts, widest_audience
from db.read_only import is_reading_only
from db.tables import Reading


def latest_event(actor: Actor, case: CaseFacts) -> int:
    """The highest event that the actor may read."""
    if widest_audience(actor, case) == Audience.OPERATORS:
        return max(case.last_event, case.last_apart)
    return case.last_event


async def unread_event(actor: Actor, case: CaseFacts) -> int | None:
    """The highest event that the actor may read, unless they have read that far."""
    latest = latest_event(actor, case)
    row = await Reading.select(Reading.last_event).where(Reading.case == case.id, Reading.person == actor.id).first()
    return latest if latest > (row["last_event"] if row else -1) else None


async def read_up_to(actor: Actor, case: CaseFacts, event_id: int, read: int, now: datetime) -> None:
    """The actor was shown this event, and had read so far. Writes only what is new, and never in maintenance."""
    if event_id > read and not is_reading_only():
        await mark_read(actor, case.id, event_id, now)


async def mark_read(actor: Actor, case_id: UUID, event_id: int, now: datetime) -> None:
    """How far the actor has read; one row per person and case."""
    reading = Reading(case=case_id, person=actor.id, last_event=event_id, read_at=now)
    await Reading.insert(reading).on_conflict(
        target=(Reading.case, Reading.person),
        action="DO UPDATE",
        values=[(Reading.last_event, event_id), (Reading.read_at, now)],
    )
