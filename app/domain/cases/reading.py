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
from db.tables import Case, Reading, Recipient


async def open_case(actor: Actor, case_id: UUID, now: datetime) -> CaseFacts:
    """The case, opened: this is a declared reading log, with the trail the one thing that showing a page may write.

    Source: the sheet, « Consultée : au moins un Référent a ouvert ma demande ». Raises NotFound.
    """
    case = await visible_case(actor, case_id)
    if is_reading_only():
        return case
    if Relation.REFERENT in relations(actor, case) and await _unopened(actor, case):
        case = await _open_as_referent(actor, case_id, now)
    await read_up_to_now(actor, case, now)
    return case


async def note_reading(actor: Actor, case_id: UUID, now: datetime) -> None:
    """The trail says who was shown the case, by whatever door: its page, a panel, a preview, a stream."""
    await write_audit_once_a_day("case.read", now=now, person_id=actor.id, case_id=case_id)


async def _unopened(actor: Actor, case: CaseFacts) -> bool:
    return bool(
        await Recipient.exists().where(
            Recipient.case == case.id,
            Recipient.team.is_in(actor.teams(Side.REFERENT)),
            Recipient.seen_at.is_null(),
        )
    )


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


async def read_up_to_now(actor: Actor, case: CaseFacts, now: datetime) -> None:
    """Writes only when there is something new to have read, and never in maintenance."""
    if is_reading_only():
        return
    latest = await unread_event(actor, case)
    if latest is not None:
        await mark_read(actor, case.id, latest, now)


async def unread_event(actor: Actor, case: CaseFacts) -> int | None:
    """The highest event that the actor may read, unless they have read that far."""
    row = await Case.select(Case.last_event, Case.last_apart).where(Case.id == case.id).first()
    if row is None:
        return None
    latest: int = max(row.values()) if side_of(actor, case) == Side.REFERENT else row["last_event"]
    read = await Reading.select(Reading.last_event).where(Reading.case == case.id, Reading.person == actor.id).first()
    return latest if latest > (read["last_event"] if read else -1) else None


async def mark_read(actor: Actor, case_id: UUID, event_id: int, now: datetime) -> None:
    """How far the actor has read; one row per person and case."""
    reading = Reading(case=case_id, person=actor.id, last_event=event_id, read_at=now)
    await Reading.insert(reading).on_conflict(
        target=(Reading.case, Reading.person),
        action="DO UPDATE",
        values=[(Reading.last_event, event_id), (Reading.read_at, now)],
    )


async def readers(actor: Actor, case_id: UUID) -> list[tuple[int, str, int]]:
    """Who else has read, and how far: person id, name, highest event. Moments are nobody's business."""
    rows = await (
        Reading.select(Reading.person, Reading.person.first_name, Reading.person.last_name, Reading.last_event)
        .where(Reading.case == case_id, Reading.person != actor.id)
        .order_by(Reading.person)
    )
    return [(row["person"], f"{row['person.first_name']} {row['person.last_name']}", row["last_event"]) for row in rows]
