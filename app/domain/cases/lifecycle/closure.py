"""Closes and reopens a case.

Source: fiche-agent.txt, « Dès que le blocage est résolu, je clos la demande »; features.md S8.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from piccolo.columns.combination import Where

from app.domain.accounts.actor import Actor, Side
from app.domain.case_status import OPEN_STATUSES, Status, Step, compute_next_status
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, load_locked_case, load_visible_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, is_latest_action, record_event
from app.domain.cases.lifecycle.lateness import build_answer_deadline, build_no_deadline
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.thread.posting import find_actor_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables.cases import Case


class Outcome(StrEnum):
    SOLVED = "solved"
    SOLVED_ELSEWHERE = "elsewhere"
    NOT_SOLVED = "not_solved"
    NOT_NEEDED = "not_needed"
    WITHDRAWN = "withdrawn"
    HANDLED = "handled"
    INACTIVE = "silent"


OUTCOME_CHOICES = (Outcome.SOLVED, Outcome.SOLVED_ELSEWHERE, Outcome.NOT_SOLVED, Outcome.NOT_NEEDED)
"""What a person can choose when closing; the other outcomes are set by the platform."""


async def close(actor: Actor, case_id: UUID, outcome: str, now: datetime) -> None:
    """Nouvelle, Consultée or Répondue becomes Clôturée. The same person again changes nothing.

    Raises Invalid, NotFound, Forbidden (a referent), Conflict (closed meanwhile).
    """
    if outcome not in OUTCOME_CHOICES:
        raise Invalid(issue="Choisissez comment se termine la demande.")
    async with transaction():
        case = await load_visible_case(actor, case_id, locked=True)
        if case.status == Status.CLOSED and case.closed_by == actor.id:
            return
        check_allowed(actor, case, Action.CLOSE)
        await notifications.notify_closed(actor, case, now)
        await _record_change(actor, case, EventKind.CLOSED, now, build_closing_change(case, outcome, actor, now))


def build_closing_change(case: CaseFacts, outcome: str, actor: Actor | None, now: datetime) -> CaseChange:
    return {
        Case.status: compute_next_status(case.status, Step.CLOSED),
        Case.status_before_closing: case.status,
        Case.closed_at: now,
        Case.closed_by: actor.id if actor else None,
        Case.outcome: outcome,
        Case.next_side: "",
        **build_no_deadline(),
    }


async def close_automatically(case_id: UUID, outcome: Outcome, still_due: Where, now: datetime) -> int:
    """Returns 1, or 0 if the case changed meanwhile and still_due is no longer true. Its agents can reopen it."""
    async with transaction():
        case = await load_locked_case(case_id)
        if (
            case is None
            or case.status not in OPEN_STATUSES
            or not await Case.exists().where(Case.id == case_id, still_due)
        ):
            return 0
        change = build_closing_change(case, outcome, None, now)
        await notifications.notify_closed(None, case, now)
        await record_event(case, EventKind.CLOSED, actor=None, team_id=None, now=now, change=change)
    return 1


async def reopen(actor: Actor, case_id: UUID, now: datetime) -> None:
    """Clôturée becomes the status from before closing. The same form again changes nothing.

    Raises NotFound, Conflict (reopened meanwhile, or not the actor's to reopen).
    """
    async with transaction():
        case = await load_visible_case(actor, case_id, locked=True)
        if case.status in OPEN_STATUSES and await is_latest_action(actor, case_id, EventKind.REOPENED):
            return
        check_allowed(actor, case, Action.REOPEN)
        await notifications.notify_reopened(actor, case, now)
        await _record_change(actor, case, EventKind.REOPENED, now, _build_reopening_change(case, now))


def _build_reopening_change(case: CaseFacts, now: datetime) -> CaseChange:
    status = compute_next_status(case.status, Step.REOPENED, case.status_before_closing)
    return {
        Case.status: status,
        Case.status_before_closing: "",
        Case.closed_at: None,
        Case.closed_by: None,
        Case.outcome: "",
        Case.next_side: Side.REFERENT,
        **build_answer_deadline(case, status, now),
    }


async def _record_change(actor: Actor, case: CaseFacts, kind: EventKind, now: datetime, change: CaseChange) -> None:
    team_id = find_actor_team(actor, case)
    event_id = await record_event(case, kind, actor=actor, team_id=team_id, now=now, change=change)
    await mark_read(actor, case.id, event_id, now)
