"""The outbox: a letter is a row written in the transaction of what it tells, sent after the commit.

It holds no text, no address and no secret: who, about what. Sent at least once, with an Id that never changes;
tried again for 72 hours. Source: security.md 4.1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from db.engine import is_postgres, on_commit, transaction
from db.tables import Letter


class LetterKind(StrEnum):
    LOGIN = "login"
    NEW_CASE = "new_case"
    MESSAGE = "message"
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
    HANDED_OVER = "handed_over"
    REACTIVATED = "reactivated"
    SIGNUP = "signup"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Claim:
    """A letter taken by one worker until its lease ends."""

    id: UUID
    kind: LetterKind
    person_id: int | None
    case_id: UUID | None
    login_request_id: int | None
    invitation_id: int | None
    signup_id: int | None
    attempts: int
    written_at: datetime


LEASE = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(hours=72)
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=30)
Bell = Callable[[], None]
_bells: list[Bell] = []


def ring_with(bell: Bell) -> None:
    """The composition root gives a callable that wakes the worker: a letter leaves at once, not at the next round."""
    _bells.append(bell)


def stop_ringing(bell: Bell) -> None:
    _bells.remove(bell)


async def write_letters(
    kind: LetterKind,
    people: list[int],
    *,
    now: datetime,
    case_id: UUID | None = None,
) -> None:
    """One letter for each person. Call it inside the verb's transaction."""
    if people:
        await Letter.insert(
            *(Letter(kind=kind, person=person, case=case_id, written_at=now, due_at=now) for person in people)
        )
        on_commit(_ring)


async def write_login_letter(login_request_id: int, person_id: int | None, *, now: datetime) -> None:
    """Written for unknown addresses too, so that both take as long; claim_letter then cancels it."""
    await Letter.insert(
        Letter(
            kind=LetterKind.LOGIN,
            person=person_id,
            login_request=login_request_id,
            written_at=now,
            due_at=now,
        )
    )
    on_commit(_ring)


async def write_invitation_letter(invitation_id: int, *, now: datetime) -> None:
    """To an address without an account: the row says which, and whether the letter still may go."""
    await Letter.insert(Letter(kind=LetterKind.INVITATION, invitation=invitation_id, written_at=now, due_at=now))
    on_commit(_ring)


async def write_signup_letter(kind: LetterKind, signup_id: int, *, now: datetime) -> None:
    """kind is SIGNUP, KNOWN or REFUSED."""
    await Letter.insert(Letter(kind=kind, signup=signup_id, written_at=now, due_at=now))
    on_commit(_ring)


def _ring() -> None:
    for bell in _bells:
        bell()


async def claim_letter(now: datetime) -> Claim | None:
    """The next due letter, leased: two workers never hold the same one."""
    async with transaction():
        query = (
            Letter.select(
                Letter.id,
                Letter.kind,
                Letter.person,
                Letter.case,
                Letter.login_request,
                Letter.invitation,
                Letter.signup,
                Letter.attempts,
                Letter.written_at,
            )
            .where(Letter.state == "waiting", Letter.due_at <= now)
            .order_by(Letter.due_at)
            .first()
        )
        row = await (query.lock_rows("UPDATE", skip_locked=True) if is_postgres() else query)
        if row is None:
            return None
        await Letter.update({Letter.due_at: now + LEASE, Letter.attempts: row["attempts"] + 1}).where(
            Letter.id == row["id"]
        )
    return Claim(
        id=row["id"],
        kind=LetterKind(row["kind"]),
        person_id=row["person"],
        case_id=row["case"],
        login_request_id=row["login_request"],
        invitation_id=row["invitation"],
        signup_id=row["signup"],
        attempts=row["attempts"] + 1,
        written_at=row["written_at"],
    )


async def settle(claim: Claim, state: str, now: datetime) -> None:
    """state is « sent » or « cancelled »."""
    await Letter.update({Letter.state: state, Letter.sent_at: now}).where(Letter.id == claim.id)


async def put_off(claim: Claim, now: datetime) -> None:
    """10 s, 20 s, 40 s … 30 minutes; past 72 hours the letter has failed, and stays visible as such."""
    if now - claim.written_at > GIVE_UP_AFTER:
        await settle(claim, "failed", now)
        return
    pause = min(_FIRST_PAUSE * 2 ** min(claim.attempts - 1, 20), _LONGEST_PAUSE)
    await Letter.update({Letter.due_at: now + pause}).where(Letter.id == claim.id)
