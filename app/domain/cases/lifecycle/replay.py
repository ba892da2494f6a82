"""Recomputes the row of a case from its events, so that a withdrawn message leaves no effect. Source: features.md N14.

Each event changes the state as its action does (submission, opening, thread, transfer, closure). A test compares both
on random histories (test_replay.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from uuid import UUID

from piccolo.columns.combination import Or

from app.domain.accounts.actor import Side
from app.domain.audience import Audience
from app.domain.case_status import Status, Step, compute_next_status
from app.domain.cases.events import ADMINISTRATIVE, EventKind
from app.domain.cases.lifecycle.lateness import compute_late_from, compute_transfer_late_from
from db.tables.thread import Event


@dataclass(frozen=True)
class ReplayEvent:
    """An event that everyone may read."""

    kind: EventKind
    at: datetime
    by_referent: bool


@dataclass(frozen=True)
class ReplayedCase:
    """status_before_closing is restored by reopening; the other fields are columns of the case."""

    status: Status = Status.DRAFT
    status_before_closing: Status | None = None
    next_side: str = ""
    late_from: datetime | None = None
    handled_at: datetime | None = None
    active_at: datetime | None = None


def replay_events(events: Iterable[ReplayEvent], area: str) -> ReplayedCase:
    """events: the oldest first, from the sending on. Pure."""
    return reduce(lambda course, deed: _apply_event(course, deed, area), events, ReplayedCase())


def _apply_event(replayed: ReplayedCase, event: ReplayEvent, area: str) -> ReplayedCase:
    moved = _apply_kind(replayed, event, area)
    return moved if event.kind in ADMINISTRATIVE else replace(moved, active_at=event.at)


def _apply_kind(replayed: ReplayedCase, event: ReplayEvent, area: str) -> ReplayedCase:
    match event.kind:
        case EventKind.SENT:
            return _await_answer(_apply_step(replayed, Step.SENT), event, area)
        case EventKind.OPENED:
            return _apply_step(replayed, Step.OPENED)
        case EventKind.MESSAGE | EventKind.HANDLED | EventKind.IRRELEVANT:
            return _apply_message(replayed, event, area)
        case EventKind.TRANSFERRED:
            return replace(replayed, late_from=compute_transfer_late_from(replayed.late_from, event.at, area))
        case EventKind.CLOSED | EventKind.WITHDRAWN:
            closed = _apply_step(replayed, Step.CLOSED)
            return replace(closed, status_before_closing=replayed.status, next_side="", late_from=None)
        case EventKind.SUSPENDED if replayed.status != Status.CLOSED:
            return replace(replayed, next_side=Side.AGENT, late_from=None)
        case EventKind.RESUMED if replayed.status != Status.CLOSED:
            return _await_answer(replayed, event, area)
        case EventKind.REOPENED:
            return replace(_await_answer(_apply_step(replayed, Step.REOPENED), event, area), status_before_closing=None)
    return replayed


def _apply_step(replayed: ReplayedCase, step: Step) -> ReplayedCase:
    return replace(replayed, status=compute_next_status(replayed.status, step, replayed.status_before_closing))


def _await_answer(replayed: ReplayedCase, event: ReplayEvent, area: str) -> ReplayedCase:
    late_from = compute_late_from(replayed.late_from, replayed.status, event.at, area)
    return replace(replayed, next_side=Side.REFERENT, late_from=late_from)


def _apply_message(replayed: ReplayedCase, event: ReplayEvent, area: str) -> ReplayedCase:
    if not event.by_referent:
        return replace(_await_answer(replayed, event, area), handled_at=None)
    handled_at = event.at if event.kind == EventKind.HANDLED else None
    answered = _apply_step(replayed, Step.ANSWERED)
    return replace(answered, next_side=Side.AGENT, late_from=None, handled_at=handled_at)


async def list_replay_events(case_id: UUID) -> list[ReplayEvent]:
    """Leaves out withdrawn messages and their corrections."""
    rows = await (
        Event.select(Event.kind, Event.happened_at, Event.team.organisation.kind.as_alias("side"))
        .where(
            Event.case == case_id,
            Event.audience == Audience.ALL,
            Or(Event.message.is_null(), Event.message.withdrawn_at.is_null()),
        )
        .order_by(Event.id)
    )
    return [ReplayEvent(EventKind(row["kind"]), row["happened_at"], row["side"] == "operator") for row in rows]
