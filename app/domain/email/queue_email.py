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
from app.domain.email.recipients import Wish, wishes_of
from app.domain.email.schedule import LetterTimes, slot_after
from app.domain.signals import Signal
from db.bulk import insert_many
from db.engine import on_commit
from db.tables import Letter


class LetterKind(StrEnum):
    """A digest is several rows of one person and slot: no row is of that kind."""

    LOGIN = "login"
    NEW_CASE = "new_case"
    MESSAGE = "message"
    APART = "apart"
    CLOSED = "closed"
    REOPENED = "reopened"
    INVITED = "invited"
    TRANSFERRED = "transferred"
    LATE = "late"
    SILENT = "silent"
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


def audience_of(kind: LetterKind) -> Audience:
    """Who may read the line that the letter is about: its recipients are asked for it, and asked again as it leaves."""
    return Audience.OPERATORS if kind == LetterKind.APART else Audience.ALL


NEVER_SILENT = frozenset({LetterKind.LATE_MANAGER})
"""Told once a day to whoever chose none: after a team's managers there is nobody left to tell."""
Departure = tuple[datetime, datetime | None]
"""When a letter is due, and the slot it leaves in."""
email_queued = Signal[[]]()
"""Wakes the email worker: an email leaves at once, not at the worker's next round."""


async def write_letters(
    kind: LetterKind,
    people: list[int],
    *,
    now: datetime,
    case_id: UUID | None = None,
) -> None:
    """One row for each person who wants to know. Call it inside the verb's transaction."""
    departures = await _departures(kind, people, now) if case_id else {person: (now, None) for person in people}
    if departures:
        await Letter.insert(
            *(
                Letter(kind=kind, person=person, case=case_id, written_at=now, due_at=due_at, slot=slot)
                for person, (due_at, slot) in departures.items()
            )
        )
        on_commit(email_queued.send)


async def write_joining_letters(readers: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """To each (person, team): who was invited or added at this moment. Call it inside the verb's transaction."""
    waiting = {"kind": LetterKind.JOINING, "written_at": now, "due_at": now}
    await insert_many(Letter, [{"id": uuid4(), "person": person, "team": team, **waiting} for person, team in readers])
    on_commit(email_queued.send)


async def write_added_letters(people: Sequence[int], *, now: datetime) -> None:
    """To thousands at once, whom an import put into a team."""
    waiting = {"kind": LetterKind.ADDED, "written_at": now, "due_at": now}
    await insert_many(Letter, [{"id": uuid4(), "person": person, **waiting} for person in people])
    on_commit(email_queued.send)


async def write_team_letters(kind: LetterKind, teams: list[int], *, now: datetime, case_id: UUID) -> None:
    """One row for each shared address: at once, whatever each member chose. Call it inside the verb's transaction."""
    if teams:
        await Letter.insert(*(Letter(kind=kind, team=team, case=case_id, written_at=now, due_at=now) for team in teams))
        on_commit(email_queued.send)


async def _departures(kind: LetterKind, people: list[int], now: datetime) -> dict[int, Departure]:
    leaving = {person: _departure(kind, wish, now) for person, wish in (await wishes_of(people)).items()}
    return {person: departure for person, departure in leaving.items() if departure}


def _departure(kind: LetterKind, wish: Wish, now: datetime) -> Departure | None:
    choice = wish.choice
    if choice == LetterTimes.NONE:
        if kind not in NEVER_SILENT:
            return None
        choice = LetterTimes.DAILY
    slot = slot_after(choice, wish.zone, now)
    return slot or now, slot


async def write_login_letter(login_request_id: int, person_id: int | None, *, now: datetime) -> None:
    """Written for unknown addresses too, so that both take as long; the postman then cancels it."""
    await Letter.insert(
        Letter(
            kind=LetterKind.LOGIN,
            person=person_id,
            login_request=login_request_id,
            written_at=now,
            due_at=now,
        )
    )
    on_commit(email_queued.send)


async def write_invitation_letter(invitation_id: int, *, now: datetime) -> None:
    """To an address without an account: the row says which, and whether the letter still may go."""
    await Letter.insert(Letter(kind=LetterKind.INVITATION, invitation=invitation_id, written_at=now, due_at=now))
    on_commit(email_queued.send)


async def write_invitation_letters(invitation_ids: list[int], *, now: datetime) -> None:
    """The same, for thousands at once."""
    waiting = {"kind": LetterKind.INVITATION, "written_at": now, "due_at": now}
    await insert_many(Letter, [{"id": uuid4(), "invitation": one, **waiting} for one in invitation_ids])
    on_commit(email_queued.send)


async def write_signup_letter(kind: LetterKind, signup_id: int, *, now: datetime) -> None:
    """kind is SIGNUP, KNOWN or REFUSED."""
    await Letter.insert(Letter(kind=kind, signup=signup_id, written_at=now, due_at=now))
    on_commit(email_queued.send)


async def reschedule(person_id: int, now: datetime) -> None:
    """What still waits leaves as the person has just chosen. In the verb's transaction.

    What a worker has begun to send is left to it.
    """
    wish = (await wishes_of([person_id]))[person_id]
    waiting = await Letter.select(Letter.id, Letter.kind).where(
        Letter.person == person_id, Letter.state == "waiting", Letter.attempts == 0, Letter.case.is_not_null()
    )
    moved: dict[Departure | None, list[UUID]] = defaultdict(list)
    for row in waiting:
        moved[_departure(LetterKind(row["kind"]), wish, now)].append(row["id"])
    for departure, letters in moved.items():
        await Letter.update(_to(departure)).where(Letter.id.is_in(letters), Letter.attempts == 0)
    on_commit(email_queued.send)


async def cancel_letters(kind: LetterKind, case_id: UUID, written_at: datetime, now: datetime) -> None:
    """Those of a message that is withdrawn, unless they have left: kind is MESSAGE or APART. In the verb's transaction.

    A message and its letters have the same moment. A letter that a worker is sending right now leaves all the same.
    """
    await Letter.update({Letter.state: "cancelled", Letter.sent_at: now}).where(
        Letter.case == case_id,
        Letter.kind == kind,
        Letter.written_at == written_at,
        Letter.state == "waiting",
    )


def _to(departure: Departure | None) -> dict[Any, Any]:
    return {Letter.due_at: departure[0], Letter.slot: departure[1]} if departure else {Letter.state: "cancelled"}
