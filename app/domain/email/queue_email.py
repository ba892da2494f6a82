"""Letters to write: a row in the transaction of what it tells, sent after the commit (outbox.py).

A row holds no text, no address and no secret: who, about what. What concerns a case leaves when its person chose
(schedule.py), the rows of one person and slot as one letter; what concerns an account always leaves at once.
Source: security.md 4.1; features.md S13.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from app.domain.audience import Audience
from app.domain.email.recipients import EmailPreference, load_email_preferences
from app.domain.email.schedule import EmailFrequency, find_next_slot
from app.domain.signals import Signal
from db.bulk import insert_many
from db.engine import on_commit
from db.tables import Email


class EmailKind(StrEnum):
    """A digest is several rows of one person and slot: no row is of that kind."""

    LOGIN = "login"
    NEW_CASE = "new_case"
    MESSAGE = "message"
    INTERNAL = "internal"
    CLOSED = "closed"
    REOPENED = "reopened"
    INVITED = "invited"
    TRANSFERRED = "transferred"
    LATE = "late"
    INACTIVE = "silent"
    LATE_MANAGER = "late_manager"
    PASSWORD_SET = "password_set"  # noqa: S105
    PASSWORD_OFF = "password_off"  # noqa: S105
    INVITATION = "invitation"
    ADDED = "added"
    JOINING = "joining"
    HANDED_OVER = "handed_over"
    REACTIVATED = "reactivated"
    SIGNUP = "signup"
    KNOWN = "known"
    REFUSED = "refused"
    FACTOR_SET = "factor_set"
    FACTOR_OFF = "factor_off"
    FACTOR_RESET = "factor_reset"
    FACTOR_SEEN = "factor_seen"
    FACTOR_CALLED = "factor_call"
    FACTOR_VOUCHED = "factor_vouch"
    SESSIONS_CLOSED = "sessions"
    PROVIDER_BOUND = "provider_on"
    PROVIDER_UNBOUND = "provider_off"
    RECOVERY_USED = "code_used"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    DIGEST = "digest"


def find_audience(kind: EmailKind) -> Audience:
    """Who may read the line that the letter is about: its recipients are asked for it, and asked again as it leaves."""
    return Audience.INTERNAL if kind == EmailKind.INTERNAL else Audience.ALL


ALWAYS_SENT = frozenset({EmailKind.LATE_MANAGER})
"""Told once a day to whoever chose none: after a team's managers there is nobody left to tell."""
SendTime = tuple[datetime, datetime | None]
"""When a letter is due, and the slot it leaves in."""
email_queued = Signal[[]]()
"""Wakes the email worker: an email leaves at once, not at the worker's next round."""


async def queue_emails(
    kind: EmailKind,
    people: list[int],
    *,
    now: datetime,
    case_id: UUID | None = None,
) -> None:
    """One row for each person who wants to know. Call it inside the verb's transaction."""
    departures = await _compute_send_times(kind, people, now) if case_id else {person: (now, None) for person in people}
    if departures:
        await Email.insert(
            *(
                Email(kind=kind, person=person, case=case_id, written_at=now, due_at=due_at, slot=slot)
                for person, (due_at, slot) in departures.items()
            )
        )
        on_commit(email_queued.send)


async def queue_joining_emails(readers: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """To each (person, team): who was invited or added at this moment. Call it inside the verb's transaction."""
    waiting = {"kind": EmailKind.JOINING, "written_at": now, "due_at": now}
    await insert_many(Email, [{"id": uuid4(), "person": person, "team": team, **waiting} for person, team in readers])
    on_commit(email_queued.send)


async def queue_added_emails(people: Sequence[int], *, now: datetime) -> None:
    """To thousands at once, whom an import put into a team."""
    waiting = {"kind": EmailKind.ADDED, "written_at": now, "due_at": now}
    await insert_many(Email, [{"id": uuid4(), "person": person, **waiting} for person in people])
    on_commit(email_queued.send)


async def queue_team_emails(kind: EmailKind, teams: list[int], *, now: datetime, case_id: UUID) -> None:
    """One row for each shared address: at once, whatever each member chose. Call it inside the verb's transaction."""
    if teams:
        await Email.insert(*(Email(kind=kind, team=team, case=case_id, written_at=now, due_at=now) for team in teams))
        on_commit(email_queued.send)


async def _compute_send_times(kind: EmailKind, people: list[int], now: datetime) -> dict[int, SendTime]:
    leaving = {
        person: _compute_send_time(kind, wish, now) for person, wish in (await load_email_preferences(people)).items()
    }
    return {person: departure for person, departure in leaving.items() if departure}


def _compute_send_time(kind: EmailKind, preference: EmailPreference, now: datetime) -> SendTime | None:
    choice = preference.frequency
    if choice == EmailFrequency.NONE:
        if kind not in ALWAYS_SENT:
            return None
        choice = EmailFrequency.DAILY
    slot = find_next_slot(choice, preference.zone, now)
    return slot or now, slot


async def queue_login_email(login_link_id: int, person_id: int | None, *, now: datetime) -> None:
    """Written for unknown addresses too, so that both take as long; the postman then cancels it."""
    await Email.insert(
        Email(
            kind=EmailKind.LOGIN,
            person=person_id,
            login_link=login_link_id,
            written_at=now,
            due_at=now,
        )
    )
    on_commit(email_queued.send)


async def queue_invitation_email(invitation_id: int, *, now: datetime) -> None:
    """To an address without an account: the row says which, and whether the letter still may go."""
    await Email.insert(Email(kind=EmailKind.INVITATION, invitation=invitation_id, written_at=now, due_at=now))
    on_commit(email_queued.send)


async def queue_invitation_emails(invitation_ids: list[int], *, now: datetime) -> None:
    """The same, for thousands at once."""
    waiting = {"kind": EmailKind.INVITATION, "written_at": now, "due_at": now}
    await insert_many(Email, [{"id": uuid4(), "invitation": one, **waiting} for one in invitation_ids])
    on_commit(email_queued.send)


async def queue_signup_email(kind: EmailKind, signup_id: int, *, now: datetime) -> None:
    """kind is SIGNUP, KNOWN or REFUSED."""
    await Email.insert(Email(kind=kind, signup=signup_id, written_at=now, due_at=now))
    on_commit(email_queued.send)


async def reschedule_emails(person_id: int, now: datetime) -> None:
    """What still waits leaves as the person has just chosen. In the verb's transaction.

    What a worker has begun to send is left to it.
    """
    wish = (await load_email_preferences([person_id]))[person_id]
    waiting = await Email.select(Email.id, Email.kind).where(
        Email.person == person_id, Email.state == "waiting", Email.attempts == 0, Email.case.is_not_null()
    )
    moved: dict[SendTime | None, list[UUID]] = defaultdict(list)
    for row in waiting:
        moved[_compute_send_time(EmailKind(row["kind"]), wish, now)].append(row["id"])
    for departure, letters in moved.items():
        await Email.update(_build_schedule(departure)).where(Email.id.is_in(letters), Email.attempts == 0)
    on_commit(email_queued.send)


async def cancel_emails(kind: EmailKind, case_id: UUID, written_at: datetime, now: datetime) -> None:
    """Those of a message that is withdrawn, unless they have left: kind is MESSAGE or APART. In the verb's transaction.

    A message and its letters have the same moment. A letter that a worker is sending right now leaves all the same.
    """
    await Email.update({Email.state: "cancelled", Email.sent_at: now}).where(
        Email.case == case_id,
        Email.kind == kind,
        Email.written_at == written_at,
        Email.state == "waiting",
    )


def _build_schedule(send_time: SendTime | None) -> dict[Any, Any]:
    return {Email.due_at: send_time[0], Email.slot: send_time[1]} if send_time else {Email.state: "cancelled"}
