"""Closing and reopening. Source: the sheet, « Dès que le blocage est résolu, je clos la demande »; features.md S8."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from piccolo.columns.combination import Where

from app.domain.accounts.actor import Actor, Side
from app.domain.case_status import OPEN, Status, Step, transition
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, facts_of, visible_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, did_last, record
from app.domain.cases.lifecycle.lateness import stop_waiting, wait_for_answer
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.thread.posting import speaking_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables import Case


class Outcome(StrEnum):
    SOLVED = "solved"
    SOLVED_ELSEWHERE = "elsewhere"
    NOT_SOLVED = "not_solved"
    NOT_NEEDED = "not_needed"
    WITHDRAWN = "withdrawn"
    HANDLED = "handled"
    SILENT = "silent"


CHOICES = (Outcome.SOLVED, Outcome.SOLVED_ELSEWHERE, Outcome.NOT_SOLVED, Outcome.NOT_NEEDED)
"""What may be said when closing; the others are the system's."""


async def close(actor: Actor, case_id: UUID, outcome: str, now: datetime) -> None:
    """Nouvelle, Consultée or Répondue becomes Clôturée, with its outcome. The same person again changes nothing.

    Raises Invalid, NotFound, Refused (a referent), Conflict (somebody else was quicker).
    """
    if outcome not in CHOICES:
        raise Invalid(issue="Choisissez comment se termine la demande.")
    async with transaction():
        case = await visible_case(actor, case_id, locked=True)
        if case.status == Status.CLOSED and case.closed_by == actor.id:
            return
        check_allowed(actor, case, Action.CLOSE)
        await notifications.tell_closed(actor, case, now)
        await _write(actor, case, EventKind.CLOSED, now, settle(case, outcome, actor, now))


def settle(case: CaseFacts, outcome: str, actor: Actor | None, now: datetime) -> CaseChange:
    """The row of a case that ends. Pure."""
    return {
        Case.status: transition(case.status, Step.CLOSED),
        Case.status_before_closing: case.status,
        Case.closed_at: now,
        Case.closed_by: actor.id if actor else None,
        Case.outcome: outcome,
        Case.next_side: "",
        **stop_waiting(),
    }


async def close_by_itself(case_id: UUID, outcome: Outcome, still_due: Where, now: datetime) -> int:
    """1 unless somebody spoke in the meantime. Its agents reopen it with one button."""
    async with transaction():
        case = await facts_of(case_id)
        if case is None or case.status not in OPEN or not await Case.exists().where(Case.id == case_id, still_due):
            return 0
        change = settle(case, outcome, None, now)
        await notifications.tell_closed(None, case, now)
        await record(case, EventKind.CLOSED, actor=None, team_id=None, now=now, change=change)
    return 1


async def reopen(actor: Actor, case_id: UUID, now: datetime) -> None:
    """Clôturée becomes what it was before. The same post again changes nothing.

    Raises NotFound, Refused, Conflict (somebody else was quicker).
    """
    async with transaction():
        case = await visible_case(actor, case_id, locked=True)
        if case.status in OPEN and await did_last(actor, case_id, EventKind.REOPENED):
            return
        check_allowed(actor, case, Action.REOPEN)
        await notifications.tell_reopened(actor, case, now)
        await _write(actor, case, EventKind.REOPENED, now, _begin_again(case, now))


def _begin_again(case: CaseFacts, now: datetime) -> CaseChange:
    status = transition(case.status, Step.REOPENED, case.before_closing)
    return {
        Case.status: status,
        Case.status_before_closing: "",
        Case.closed_at: None,
        Case.closed_by: None,
        Case.outcome: "",
        Case.next_side: Side.REFERENT,
        **wait_for_answer(case, status, now),
    }


async def _write(actor: Actor, case: CaseFacts, kind: EventKind, now: datetime, change: CaseChange) -> None:
    team_id = speaking_team(actor, case)
    event_id = await record(case, kind, actor=actor, team_id=team_id, now=now, change=change)
    await mark_read(actor, case.id, event_id, now)
