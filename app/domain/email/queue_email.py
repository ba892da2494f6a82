"""Queues emails: a row is written in the transaction of the event, and sent after the commit (outbox.py).

A row contains no text, no address and no secret: only who, and about what. An email about a case leaves when its
recipient chose (schedule.py), and the rows of one person and slot leave as one email. An email about an account always
leaves at once. Source: security.md 4.1; features.md S13.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.email.kinds import EmailKind as EmailKind
from app.domain.email.merging import find_merged_slot
from app.domain.email.recipients import compute_departures, load_email_preferences
from app.domain.email.schedule import EmailFrequency, find_next_slot
from app.domain.email.shares import CaseReader, CaseShare
from app.domain.signals import Signal
from db.engine import on_commit
from db.tables.email import Email

ALWAYS_SENT = frozenset({EmailKind.LATE_MANAGER})
"""Sent once a day even to a person who chose none: there is no one to notify after a team's managers."""
SENT_TOGETHER = frozenset({EmailKind.LATE, EmailKind.LATE_MANAGER, EmailKind.UNANSWERED, EmailKind.PROMISE})
"""What one run of a job queues of them for one reader leaves as one email (outbox.py), once the run has ended."""
LONGEST_RUN = timedelta(minutes=10)  # a run that was killed is waited for no longer
SendTime = tuple[datetime, datetime | None]
"""When an email is due, and the slot in which it leaves, if any."""


@dataclass(frozen=True)
class CaseAddress:
    """The case that an email is about. office: the agents' team, whose members stand in for a silent author.

    An email to a person by name has no team (CaseReader): then office has no effect. message: where the kind
    does not say who may read the line.
    """

    id: UUID
    office: int
    message: int | None = None


email_queued = Signal[[]]()
"""Wakes the email worker, so that an email leaves at once and not at the worker's next run."""


async def queue_emails(kind: EmailKind, people: list[int], *, now: datetime) -> None:
    """One row for each person, about their account: it leaves at once. Call it inside the action's transaction."""
    if people:
        await Email.insert(*(Email(kind=kind, person=person, written_at=now, due_at=now) for person in people))
        on_commit(email_queued.send)


async def queue_case_emails(
    kind: EmailKind, readers: Collection[CaseReader], case: CaseAddress, *, now: datetime, doer: int | None = None
) -> None:
    """One row for each person, except those who chose none and `doer`, who acts. Inside the action's transaction."""
    notified = [reader for reader in readers if reader.person != doer]
    if not notified:
        return
    plan = await compute_departures(notified, office=case.office, doer=doer)
    times = {person: _compute_send_time(kind, one.frequency, one.zone, now) for person, one in sorted(plan.items())}
    leaving = _hold(kind, {person: time for person, time in times.items() if time}, now)
    if leaving:
        rows = [
            Email(
                kind=kind,
                person=person,
                share=plan[person].share,
                case=case.id,
                message=case.message,
                written_at=now,
                due_at=due_at,
                slot=slot,
            )
            for person, (due_at, slot) in leaving.items()
        ]
        await Email.insert(*rows)
        on_commit(email_queued.send)


async def queue_team_emails(
    kind: EmailKind, teams: list[int], *, now: datetime, case_id: UUID, message_id: int | None = None
) -> None:
    """One row for each shared address, at once but for merge_emails. Call it inside the action's transaction."""
    if teams:
        slot = None if kind in SENT_TOGETHER else find_merged_slot()
        due_at = now + LONGEST_RUN if kind in SENT_TOGETHER else slot or now
        rows = [
            Email(kind=kind, team=team, case=case_id, message=message_id, written_at=now, due_at=due_at, slot=slot)
            for team in teams
        ]
        await Email.insert(*rows)
        on_commit(email_queued.send)


def _hold(kind: EmailKind, departures: dict[int, SendTime], now: datetime) -> dict[int, SendTime]:
    """What is sent together waits for the end of its run."""
    if kind not in SENT_TOGETHER:
        return departures
    return {person: (due_at if slot else now + LONGEST_RUN, slot) for person, (due_at, slot) in departures.items()}


def _compute_send_time(kind: EmailKind, frequency: EmailFrequency, zone: ZoneInfo, now: datetime) -> SendTime | None:
    if frequency == EmailFrequency.NONE:
        if kind not in ALWAYS_SENT:
            return None
        frequency = EmailFrequency.DAILY
    if kind == EmailKind.MENTION:
        return now, None
    slot = find_next_slot(frequency, zone, now) or find_merged_slot()
    return slot or now, slot


async def reschedule_emails(person_id: int, now: datetime) -> None:
    """Waiting emails follow the person's new choices, by their share. Call it inside the action's transaction.

    Emails that a worker has begun to send are not changed.
    """
    wish = (await load_email_preferences([person_id]))[person_id]
    waiting = await Email.select(Email.id, Email.kind, Email.share).where(
        Email.person == person_id, Email.state == "waiting", Email.attempts == 0, Email.case.is_not_null()
    )
    moved: dict[SendTime | None, list[UUID]] = defaultdict(list)
    for row in waiting:
        choice = wish.choices[CaseShare(row["share"] or CaseShare.MINE)]
        moved[_compute_send_time(EmailKind(row["kind"]), choice, wish.zone, now)].append(row["id"])
    for departure, letters in moved.items():
        await Email.update(_build_schedule(departure)).where(Email.id.is_in(letters), Email.attempts == 0)
    on_commit(email_queued.send)


def _build_schedule(send_time: SendTime | None) -> dict[Any, Any]:
    return {Email.due_at: send_time[0], Email.slot: send_time[1]} if send_time else {Email.state: "cancelled"}
