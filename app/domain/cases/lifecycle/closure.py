"""Closes and reopens a case.

Source: fiche-agent.txt, « Dès que le blocage est résolu, je clos la demande »; features.md S8.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from piccolo.columns.combination import And, Where

from app.domain.accounts.actor import Actor
from app.domain.case_status import OPEN_STATUSES, Status
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, load_locked_case, load_visible_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, is_latest_action, record_event
from app.domain.cases.lifecycle.continuation_row import load_continuation
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.cases.thread.posting import find_actor_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.errors import Conflict, Invalid
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
    UNANSWERED = "unanswered"
    DUPLICATE = "duplicate"


OUTCOME_CHOICES = (Outcome.SOLVED, Outcome.SOLVED_ELSEWHERE, Outcome.NOT_SOLVED, Outcome.NOT_NEEDED)
"""What a person can choose when closing; the other outcomes are set by the platform."""


_UNDO_INSTEAD = (
    "La demande continue dans une autre depuis moins d’un jour : « Annuler, et rouvrir comme avant » la rouvre, et les "
    "organismes ne sont pas attendus deux fois. Rien n’a changé."
)


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
        await _record_change(actor, case, EventKind.CLOSED, now, await write_closing(case, outcome, actor, now))


async def write_closing(case: CaseFacts, outcome: str, actor: Actor | None, now: datetime) -> CaseChange:
    closed = await write_progress(case, steps.close(build_progress(case)))
    return {**closed, **build_closing_columns(case, outcome, actor, now)}


def build_closing_columns(case: CaseFacts, outcome: str, actor: Actor | None, now: datetime) -> CaseChange:
    return {
        Case.status_before_closing: case.status,
        Case.closed_at: now,
        Case.closed_by: actor.id if actor else None,
        Case.outcome: outcome,
    }


async def close_automatically(case_id: UUID, outcome: Outcome, still_due: Where | And, now: datetime) -> int:
    """Returns 1, or 0 if the case changed meanwhile and still_due is no longer true. Its agents can reopen it."""
    async with transaction():
        case = await load_locked_case(case_id)
        if (
            case is None
            or case.status not in OPEN_STATUSES
            or not await Case.exists().where(Case.id == case_id, still_due)
        ):
            return 0
        change = await write_closing(case, outcome, None, now)
        await notifications.notify_closed(None, case, now)
        await record_event(case, EventKind.CLOSED, actor=None, team_id=None, now=now, change=change)
    return 1


async def reopen(actor: Actor, case_id: UUID, now: datetime) -> None:
    """Clôturée becomes the status that its teams give it. The same form again changes nothing.

    Raises NotFound, Forbidden, Conflict (reopened meanwhile, withdrawn, or continued elsewhere for less than a day).
    """
    async with transaction():
        case = await load_visible_case(actor, case_id, locked=True)
        if case.status in OPEN_STATUSES and await is_latest_action(actor, case_id, EventKind.REOPENED):
            return
        check_allowed(actor, case, Action.REOPEN)
        await _check_not_undoable(case, now)
        await notifications.notify_reopened(actor, case, now)
        reopened = await write_progress(case, steps.reopen(build_progress(case), now, case.area))
        await _record_change(actor, case, EventKind.REOPENED, now, {**reopened, **NOT_CLOSED})


async def _check_not_undoable(case: CaseFacts, now: datetime) -> None:
    """Its teams would owe in both cases what they owe in one."""
    found = await load_continuation(case.id) if case.duplicate else None
    if found and found.is_undoable(now):
        raise Conflict(_UNDO_INSTEAD)


NOT_CLOSED: CaseChange = {
    Case.status_before_closing: "",
    Case.closed_at: None,
    Case.closed_by: None,
    Case.outcome: "",
}


async def _record_change(actor: Actor, case: CaseFacts, kind: EventKind, now: datetime, change: CaseChange) -> None:
    team_id = find_actor_team(actor, case)
    event_id = await record_event(case, kind, actor=actor, team_id=team_id, now=now, change=change)
    await mark_read(actor, case.id, event_id, now)
