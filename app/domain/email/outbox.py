"""Emails to send: one worker claims each email, then records what became of it (attempts.py).

An email is sent at least once, with an id that never changes. Source: security.md 4.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from piccolo.columns.combination import Where
from piccolo.querystring import QueryString

from app.domain.email.queue_email import SENT_TOGETHER, EmailKind
from app.domain.platform.state import is_in_maintenance
from db.engine import is_postgres, transaction
from db.tables.email import Email

LEASE = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(hours=72)
_FIRST_RETRY_DELAY = timedelta(seconds=10)
_MAX_RETRY_DELAY = timedelta(minutes=30)
_DIGEST_NAMESPACE = UUID("2f0c8a52-6c1e-4a0e-9d0b-5f6f1c7d3e11")
_CLAIM_LOCK = 2611


@dataclass(frozen=True)
class OutboxItem:
    """One row of the outbox: one thing that the email announces."""

    id: UUID
    kind: EmailKind
    case_id: UUID | None
    message_id: int | None


@dataclass(frozen=True)
class ClaimedEmail:
    """An email that one worker holds until its lease ends. A digest has several items, any other email has one."""

    kind: EmailKind
    person_id: int | None
    team_id: int | None
    login_link_id: int | None
    invitation_id: int | None
    signup_id: int | None
    address_change_id: int | None
    written_at: datetime
    attempts: int
    last_failure: str
    items: tuple[OutboxItem, ...]

    @property
    def id(self) -> UUID:
        """The same at every attempt to send the same items."""
        if self.kind != EmailKind.DIGEST:
            return self.items[0].id
        return uuid5(_DIGEST_NAMESPACE, " ".join(sorted(str(item.id) for item in self.items)))


class Lane(StrEnum):
    """Which emails a worker sends. A person waits for a login email: no other email may hold it up."""

    ALL = "all"
    LOGIN = "login"
    OTHERS = "others"


async def claim_email(now: datetime, lane: Lane = Lane.ALL) -> ClaimedEmail | None:
    """The next due email of the lane, leased. Two workers never hold the same email, or two parts of one digest.

    Returns None in maintenance.
    """
    if await is_in_maintenance():
        return None
    async with transaction():
        if is_postgres():
            await Email.raw("SELECT pg_advisory_xact_lock({})", _CLAIM_LOCK)
        due = await _build_due_query(now).where(*_LANES[lane]).first()
        if due is None:
            return None
        rows = await _load_rows_of_one_email(due, now)
        await Email.update({Email.due_at: now + LEASE, Email.attempts: Email.attempts + 1}).where(
            Email.id.is_in([row["id"] for row in rows])
        )
    return ClaimedEmail(
        kind=EmailKind(due["kind"]) if due["slot"] is None and len(rows) == 1 else EmailKind.DIGEST,
        person_id=due["person"],
        team_id=due["team"],
        login_link_id=due["login_link"],
        invitation_id=due["invitation"],
        signup_id=due["signup"],
        address_change_id=due["address_change"],
        written_at=due["written_at"],
        attempts=max(row["attempts"] for row in rows) + 1,
        last_failure=due["failure"],
        items=tuple(OutboxItem(row["id"], EmailKind(row["kind"]), row["case"], row["message"]) for row in rows),
    )


_LANES: dict[Lane, list[Where]] = {
    Lane.ALL: [],
    Lane.LOGIN: [Email.login_link.is_not_null()],
    Lane.OTHERS: [Email.login_link.is_null()],
}


def _build_due_query(now: datetime) -> Any:
    """Login links first, because a person waits for them; then the oldest.

    Rows that another transaction has locked are skipped.
    """
    query = (
        Email.select(
            Email.id,
            Email.kind,
            Email.person,
            Email.team,
            Email.case,
            Email.message,
            Email.login_link,
            Email.invitation,
            Email.signup,
            Email.address_change,
            Email.written_at,
            Email.attempts,
            Email.failure,
            Email.slot,
        )
        .where(Email.state == "waiting", Email.due_at <= now)
        .order_by(QueryString('CASE WHEN "email"."login_link" IS NULL THEN 1 ELSE 0 END'))
        .order_by(Email.due_at)
        .order_by(Email.written_at)
    )
    return query.lock_rows("UPDATE", skip_locked=True) if is_postgres() else query


async def _load_rows_of_one_email(due: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    """Those of one person and slot; of one reader and one run (SENT_TOGETHER); otherwise one row."""
    if due["slot"] is None and due["kind"] not in SENT_TOGETHER:
        return [due]
    of_run = [Email.written_at == due["written_at"], Email.slot.is_null(), Email.kind.is_in(sorted(SENT_TOGETHER))]
    rows: list[dict[str, Any]] = await _build_due_query(now).where(
        Email.person == due["person"] if due["person"] else Email.team == due["team"],
        *(of_run if due["slot"] is None else [Email.slot == due["slot"]]),
    )
    return rows


async def set_email_state(email_ids: Iterable[UUID], state: str, now: datetime, *, sent_as: UUID | None = None) -> None:
    """`state` is « sent » or « cancelled ». sent_as: the id of a digest."""
    if ids := list(email_ids):
        values: dict[Any, Any] = {Email.state: state, Email.sent_at: now, Email.sent_as: sent_as}
        await Email.update({**values, Email.failure: "", Email.failed_at: None}).where(Email.id.is_in(ids))


def compute_retry_delay(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s … 30 minutes."""
    doubled: timedelta = _FIRST_RETRY_DELAY * 2 ** min(attempts - 1, 20)
    return min(doubled, _MAX_RETRY_DELAY)
