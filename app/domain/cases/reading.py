"""Who opened what: a referent's first opening makes the case Consultée; how far each person has read."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.audit import write_audit_once_a_day
from app.domain.cases.events import EventKind, move, record
from app.domain.cases.facts import visible_case
from app.domain.cases.statuses import Status, Step
from app.domain.permissions import CaseFacts, Relation, relations, side_of
from db.engine import transaction
from db.pausing import is_reading_only
from db.tables import Reading, Recipient


async def opened(actor: Actor, case: CaseFacts, now: datetime) -> CaseFacts:
    """The case, Consultée once a referent opens it: with what is noted of readings, all that showing it may write.

    Source: the sheet, « Consultée : au moins un Référent a ouvert ma demande ». Raises NotFound.
    """
    first = case.unopened_by.intersection(actor.teams(Side.REFERENT))
    if is_reading_only() or not first or Relation.REFERENT not in relations(actor, case):
        return case
    return await _open_as_referent(actor, case.id, now)


async def note_reading(actor: Actor, case_id: UUID, now: datetime) -> None:
    """The trail says who was shown the case, by whatever door: its page, a panel, a preview, a stream."""
    await write_audit_once_a_day("case.read", now=now, person_id=actor.id, case_id=case_id)


async def _open_as_referent(actor: Actor, case_id: UUID, now: datetime) -> CaseFacts:
    async with transaction():
        case = await visible_case(actor, case_id, locked=True)
        teams = await (
            Recipient.update({Recipient.seen_at: now})
            .where(
                Recipient.case == case_id,
                Recipient.team.is_in(actor.teams(Side.REFERENT)),
                Recipient.seen_at.is_null(),
            )
            .returning(Recipient.team)
        )
        if case.status != Status.CLOSED and teams:
            await move(case, Step.OPENED)
            await record(case, EventKind.OPENED, actor=actor, team_id=teams[0]["team"], now=now)
    return await visible_case(actor, case_id)


def latest_event(actor: Actor, case: CaseFacts) -> int:
    """The highest event that the actor may read."""
    return max(case.last_event, case.last_apart) if side_of(actor, case) == Side.REFERENT else case.last_event


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
