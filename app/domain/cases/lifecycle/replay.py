"""What a case's row says, computed from its events: withdrawing a message leaves what the other events give.

Each event does here what its verb does to the row (submission, opening, thread, transfer, closure). A test compares
the two on random stories (test_replay.py). Source: features.md N14.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from uuid import UUID

from piccolo.columns.combination import Or

from app.domain.accounts.actor import Side
from app.domain.audience import Audience
from app.domain.case_status import Status, Step, transition
from app.domain.cases.events import QUIET, EventKind
from app.domain.cases.lifecycle.lateness import due_from, due_from_newcomer
from db.tables import Event


@dataclass(frozen=True)
class Deed:
    """An event that everyone may read."""

    kind: EventKind
    at: datetime
    by_referent: bool


@dataclass(frozen=True)
class Course:
    """before_closing is the status to which a closed case reopens; the others are columns of the case."""

    status: Status = Status.DRAFT
    before_closing: Status | None = None
    next_side: str = ""
    late_from: datetime | None = None
    handled_at: datetime | None = None
    active_at: datetime | None = None


def course_of(deeds: Iterable[Deed], area: str) -> Course:
    """deeds: oldest first, from the sending on. Pure."""
    return reduce(lambda course, deed: _after(course, deed, area), deeds, Course())


def _after(course: Course, deed: Deed, area: str) -> Course:
    moved = _moved(course, deed, area)
    return moved if deed.kind in QUIET else replace(moved, active_at=deed.at)


def _moved(course: Course, deed: Deed, area: str) -> Course:
    match deed.kind:
        case EventKind.SENT:
            return _waiting(_stepped(course, Step.SENT), deed, area)
        case EventKind.OPENED:
            return _stepped(course, Step.OPENED)
        case EventKind.MESSAGE | EventKind.HANDLED | EventKind.IRRELEVANT:
            return _said(course, deed, area)
        case EventKind.TRANSFERRED:
            return replace(course, late_from=due_from_newcomer(course.late_from, deed.at, area))
        case EventKind.CLOSED | EventKind.WITHDRAWN:
            closed = _stepped(course, Step.CLOSED)
            return replace(closed, before_closing=course.status, next_side="", late_from=None)
        case EventKind.SUSPENDED if course.status != Status.CLOSED:
            return replace(course, next_side=Side.AGENT, late_from=None)
        case EventKind.RESUMED if course.status != Status.CLOSED:
            return _waiting(course, deed, area)
        case EventKind.REOPENED:
            return replace(_waiting(_stepped(course, Step.REOPENED), deed, area), before_closing=None)
    return course


def _stepped(course: Course, step: Step) -> Course:
    return replace(course, status=transition(course.status, step, course.before_closing))


def _waiting(course: Course, deed: Deed, area: str) -> Course:
    late_from = due_from(course.late_from, course.status, deed.at, area)
    return replace(course, next_side=Side.REFERENT, late_from=late_from)


def _said(course: Course, deed: Deed, area: str) -> Course:
    if not deed.by_referent:
        return replace(_waiting(course, deed, area), handled_at=None)
    handled_at = deed.at if deed.kind == EventKind.HANDLED else None
    answered = _stepped(course, Step.ANSWERED)
    return replace(answered, next_side=Side.AGENT, late_from=None, handled_at=handled_at)


async def deeds_of(case_id: UUID) -> list[Deed]:
    """Without the withdrawn messages, and without their corrections."""
    rows = await (
        Event.select(Event.kind, Event.happened_at, Event.team.organisation.kind.as_alias("side"))
        .where(
            Event.case == case_id,
            Event.audience == Audience.ALL,
            Or(Event.message.is_null(), Event.message.withdrawn_at.is_null()),
        )
        .order_by(Event.id)
    )
    return [Deed(EventKind(row["kind"]), row["happened_at"], row["side"] == "operator") for row in rows]
