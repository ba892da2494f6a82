"""How far each person has read a case. lifecycle/opening.py records that a case is opened."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.cases.permissions import CaseFacts, find_side, list_teams_read_apart
from db.read_only import is_read_only
from db.tables.thread import ReadReceipt


def find_latest_event(actor: Actor, case: CaseFacts) -> int:
    """The last event that the actor may read."""
    if find_side(actor, case) == Side.AGENT:
        return case.last_event
    notes = (case.teams[team].last_note_event for team in list_teams_read_apart(actor, case))
    return max(case.last_event, case.last_internal_event, *notes)


async def find_unread_event(actor: Actor, case: CaseFacts) -> int | None:
    """The last event that the actor may read; None if they have read it."""
    latest, last_read = find_latest_event(actor, case), await find_last_read_event(actor, case.id)
    return latest if last_read is None or latest > last_read else None


async def find_last_read_event(actor: Actor, case_id: UUID) -> int | None:
    """None for an actor who never opened the case."""
    row = (
        await ReadReceipt.select(ReadReceipt.last_event, ReadReceipt.unread_after)
        .where(ReadReceipt.case == case_id, ReadReceipt.person == actor.id)
        .first()
    )
    if row is None:
        return None
    return int(row["last_event"] if row["unread_after"] is None else row["unread_after"])


async def mark_read_if_newer(actor: Actor, case: CaseFacts, event_id: int, last_read_event: int, now: datetime) -> None:
    """event_id was shown to the actor, who had read up to last_read_event. Nothing is written during maintenance."""
    if event_id > last_read_event and not is_read_only():
        await mark_read(actor, case.id, event_id, now)


async def mark_read(actor: Actor, case_id: UUID, event_id: int, now: datetime) -> None:
    """Each person has one row for each case."""
    reading = ReadReceipt(case=case_id, person=actor.id, last_event=event_id, read_at=now)
    await ReadReceipt.insert(reading).on_conflict(
        target=(ReadReceipt.case, ReadReceipt.person),
        action="DO UPDATE",
        values=[(ReadReceipt.last_event, event_id), (ReadReceipt.read_at, now), (ReadReceipt.unread_after, None)],
    )


async def find_mark(actor: Actor, case_id: UUID) -> int | None:
    """unread_after: None if the actor has not marked the case by hand since they opened it."""
    row = (
        await ReadReceipt.select(ReadReceipt.unread_after)
        .where(ReadReceipt.case == case_id, ReadReceipt.person == actor.id)
        .first()
    )
    return row["unread_after"] if row else None


async def set_mark(actor: Actor, case_id: UUID, unread_after: int | None, now: datetime) -> None:
    """What was shown stays; a case that was never shown has 0, which no page calls read."""
    marked = ReadReceipt(case=case_id, person=actor.id, last_event=0, read_at=now, unread_after=unread_after)
    await ReadReceipt.insert(marked).on_conflict(
        target=(ReadReceipt.case, ReadReceipt.person),
        action="DO UPDATE",
        values=[(ReadReceipt.unread_after, unread_after)],
    )
