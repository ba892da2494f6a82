"""Letters to send: taken by one worker at a time, settled once they have left, tried again until it is too late.

Sent at least once, under an identity that never changes. Source: security.md 4.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from piccolo.querystring import QueryString

from app.domain.email.queue_email import LetterKind
from app.domain.platform.state import in_maintenance
from db.engine import is_postgres, transaction
from db.tables import Letter

LEASE = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(hours=72)
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=30)
_DIGESTS = UUID("2f0c8a52-6c1e-4a0e-9d0b-5f6f1c7d3e11")
_CLAIM_LOCK = 2611


@dataclass(frozen=True)
class News:
    """One row: one thing to tell."""

    id: UUID
    kind: LetterKind
    case_id: UUID | None


@dataclass(frozen=True)
class Claim:
    """A letter taken by one worker until its lease ends. A digest tells several things, any other letter one."""

    kind: LetterKind
    person_id: int | None
    team_id: int | None
    login_request_id: int | None
    invitation_id: int | None
    signup_id: int | None
    written_at: datetime
    attempts: int
    news: tuple[News, ...]

    @property
    def id(self) -> UUID:
        """The same at every attempt to tell the same things."""
        if self.kind != LetterKind.DIGEST:
            return self.news[0].id
        return uuid5(_DIGESTS, " ".join(sorted(str(told.id) for told in self.news)))


async def claim_letter(now: datetime) -> Claim | None:
    """The next due letter, leased: two workers never hold the same one, nor two parts of one digest.

    None in maintenance.
    """
    if await in_maintenance():
        return None
    async with transaction():
        if is_postgres():
            await Letter.raw("SELECT pg_advisory_xact_lock({})", _CLAIM_LOCK)
        due = await _due(now).first()
        if due is None:
            return None
        rows = [due] if due["slot"] is None else await _together(due, now)
        await Letter.update({Letter.due_at: now + LEASE, Letter.attempts: Letter.attempts + 1}).where(
            Letter.id.is_in([row["id"] for row in rows])
        )
    return Claim(
        kind=LetterKind(due["kind"]) if due["slot"] is None else LetterKind.DIGEST,
        person_id=due["person"],
        team_id=due["team"],
        login_request_id=due["login_request"],
        invitation_id=due["invitation"],
        signup_id=due["signup"],
        written_at=due["written_at"],
        attempts=max(row["attempts"] for row in rows) + 1,
        news=tuple(News(row["id"], LetterKind(row["kind"]), row["case"]) for row in rows),
    )


def _due(now: datetime) -> Any:
    """Who waits at the door first, then the oldest hour. A row that somebody is changing now is for the next round."""
    query = (
        Letter.select(
            Letter.id,
            Letter.kind,
            Letter.person,
            Letter.team,
            Letter.case,
            Letter.login_request,
            Letter.invitation,
            Letter.signup,
            Letter.written_at,
            Letter.attempts,
            Letter.slot,
        )
        .where(Letter.state == "waiting", Letter.due_at <= now)
        .order_by(QueryString('CASE WHEN "letter"."login_request" IS NULL THEN 1 ELSE 0 END'))
        .order_by(Letter.due_at)
        .order_by(Letter.written_at)
    )
    return query.lock_rows("UPDATE", skip_locked=True) if is_postgres() else query


async def _together(due: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await _due(now).where(Letter.person == due["person"], Letter.slot == due["slot"])
    return rows


async def settle(letters: Iterable[UUID], state: str, now: datetime) -> None:
    """state is « sent » or « cancelled »."""
    if ids := list(letters):
        await Letter.update({Letter.state: state, Letter.sent_at: now}).where(Letter.id.is_in(ids))


async def put_off(claim: Claim, now: datetime) -> None:
    """10 s, 20 s, 40 s … 30 minutes; past 72 hours what was to be told has failed, and stays visible as such."""
    taken = Letter.id.is_in([told.id for told in claim.news])
    await Letter.update({Letter.state: "failed", Letter.sent_at: now}).where(
        taken, Letter.written_at < now - GIVE_UP_AFTER
    )
    due = now + pause_after(claim.attempts)
    await Letter.update({Letter.due_at: due}).where(taken, Letter.state == "waiting")


def pause_after(attempts: int) -> timedelta:
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(attempts - 1, 20)
    return min(doubled, _LONGEST_PAUSE)
