"""What happens to a case is written once, in the order of commits, and announced after the commit.

A stream that resumes after event 41 misses nothing: ids are given under one lock held until the commit, so that
no smaller id ever becomes visible later (PostgreSQL's sequences alone do not promise it).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.audit.log import write_audit
from app.domain.cases.change import CaseChange, write_case_change
from app.domain.cases.permissions import CaseFacts, find_basic_relations, may_read_audience
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from app.domain.signals import Signal
from db.encryption import decrypt, encrypt
from db.engine import is_postgres, on_commit
from db.tables import Case, Event

_ORDER_LOCK = 2610


class EventKind(StrEnum):
    SENT = "sent"
    OPENED = "opened"
    MESSAGE = "message"
    TAKEN = "taken"
    HANDLED = "handled"
    IRRELEVANT = "irrelevant"
    TRANSFERRED = "transferred"
    TEAM_INVITED = "team_invited"
    COLLEAGUE = "colleague"
    EXPERT = "expert"
    COMPLETED = "completed"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"
    RELEASED = "released"
    TEAM_MERGED = "team_merged"
    TEAM_CLOSED = "team_closed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"


ADMINISTRATIVE = (
    EventKind.OPENED,
    EventKind.RETRACTED,
    EventKind.HANDED_OVER,
    EventKind.RELEASED,
    EventKind.TEAM_MERGED,
    EventKind.TEAM_CLOSED,
)
"""Nobody on the case did or wrote anything: its silence goes on."""


_NOT_RATE_LIMITED = frozenset({EventKind.OPENED, EventKind.TEAM_MERGED, EventKind.TEAM_CLOSED})
"""One press of a person writes them on many cases, or their reading does."""
_RATE_LIMITS = {
    EventKind.SENT: LimitedAction.CASE,
    EventKind.MESSAGE: LimitedAction.MESSAGE,
    EventKind.HANDLED: LimitedAction.MESSAGE,
    EventKind.IRRELEVANT: LimitedAction.MESSAGE,
    EventKind.COLLEAGUE: LimitedAction.INVITE,
}
_ENCRYPTED = (EventKind.COMPLETED,)
"""They tell a number of the citizen."""


@dataclass(frozen=True)
class LiveUpdate:
    """A line was added to a case: its audience, and who stands on the case. What each may read is asked again.

    It wakes only the streams of those who may read the line: for the others not even the stream's clock changes.
    """

    event_id: int
    case_id: UUID
    audience: Audience
    team: int
    recipient_teams: frozenset[int]
    guests: frozenset[int]

    def is_visible_to(self, actor: Actor) -> bool:
        return may_read_audience(
            find_basic_relations(actor, self.team, self.recipient_teams, self.guests), self.audience
        )


event_recorded = Signal[[LiveUpdate]]()
"""Sent after the commit. The composition root connects the live bus."""


async def record_event(
    case: CaseFacts,
    kind: EventKind,
    *,
    actor: Actor | None,
    team_id: int | None,
    now: datetime,
    message_id: int | None = None,
    audience: Audience = Audience.ALL,
    about: str = "",
    other_team: int | None = None,
    other_person: int | None = None,
    change: CaseChange | None = None,
    writes_row: bool = True,
) -> int:
    """Adds a line, and writes the case's row: `change`, and what the line itself moves. The event's id.

    The last write of a verb, inside its transaction: from here on other writers wait. case has the facts of before the
    change. actor is None for what happens by itself. writes_row: of several lines, only the last one writes the row.
    What everyone may read, reading apart, ends a silence (expiry.py).

    Each line that a person adds is limited here, so that no verb forgets it. Raises TooOften; Conflict when the status
    has moved since the facts were read.
    """
    if actor and kind not in _NOT_RATE_LIMITED:
        await consume_rate_limit(_RATE_LIMITS.get(kind, LimitedAction.ACTION), actor, now)
    if is_postgres():
        await Event.raw("SELECT pg_advisory_xact_lock({})", _ORDER_LOCK)
    event = Event(
        case=case.id,
        kind=kind,
        actor=actor.id if actor else None,
        team=team_id,
        message=message_id,
        audience=audience,
        happened_at=now,
        about="" if kind in _ENCRYPTED else about,
        other_team=other_team,
        other_person=other_person,
    )
    event_id: int = (await Event.insert(event).returning(Event.id))[0]["id"]
    if kind in _ENCRYPTED:
        await Event.update({Event.about: encrypt(Event.about, event_id, about)}).where(Event.id == event_id)
    await write_audit(
        f"case.{kind}",
        now=now,
        person_id=actor.id if actor else None,
        case_id=case.id,
        team_id=other_team or team_id,
        target_person_id=other_person,
    )
    announcement = LiveUpdate(event_id, case.id, audience, case.team_id, case.recipient_teams, case.guests)
    on_commit(lambda: event_recorded.send(announcement))
    if writes_row:
        await write_case_change(case, {**(change or {}), **_build_event_columns(kind, audience, event_id, now)})
    return event_id


def decode_about(row: Mapping[str, Any]) -> str:
    """The words of an event, from its event_id, kind and about. Raises UnreadableError."""
    return decrypt(Event.about, row["event_id"], row["about"]) if row["kind"] in _ENCRYPTED else str(row["about"])


async def is_latest_action(
    actor: Actor, case_id: UUID, kind: EventKind, *, about: str = "", other_team: int | None = None
) -> bool:
    """Whether it is the actor's latest deed on the case: then the same post came again because its answer was lost."""
    rows = await (
        Event.select(Event.kind, Event.about, Event.other_team)
        .where(Event.case == case_id, Event.actor == actor.id)
        .order_by(Event.id, ascending=False)
        .limit(1)
    )
    return rows == [{"kind": kind, "about": about, "other_team": other_team}]


def _build_event_columns(kind: EventKind, audience: Audience, event_id: int, now: datetime) -> CaseChange:
    if audience == Audience.INTERNAL:
        return {Case.last_internal_event: event_id}
    if kind in ADMINISTRATIVE:
        return {Case.last_event: event_id}
    return {Case.last_event: event_id, Case.active_at: now, Case.reminded_at: None}
