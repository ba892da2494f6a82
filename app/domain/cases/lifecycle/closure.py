"""Closing and reopening. Source: the sheet, « Dès que le blocage est résolu, je clos la demande »; features.md S8."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from piccolo.columns.combination import Where

from app.domain.accounts.actor import Actor, Side
from app.domain.case_status import OPEN, Status, Step
from app.domain.cases import notifications
from app.domain.cases.access import case_for, facts_of, visible_case
from app.domain.cases.events import EventKind, did_last, move, record
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
        case = await case_for(actor, case_id, Action.CLOSE)
        await settle(case, outcome, actor, now)
        await notifications.tell_closed(actor, case, now)
        await _write(actor, case, EventKind.CLOSED, now)


async def settle(case: CaseFacts, outcome: str, actor: Actor | None, now: datetime) -> None:
    """The row of a case that ends. Inside the verb's transaction. Raises Conflict when it has just moved."""
    await move(case, Step.CLOSED)
    await Case.update(
        {
            Case.status_before_closing: case.status,
            Case.closed_at: now,
            Case.closed_by: actor.id if actor else None,
            Case.outcome: outcome,
            Case.next_side: "",
        }
    ).where(Case.id == case.id)
    await stop_waiting(case.id)


async def close_by_itself(case_id: UUID, outcome: Outcome, still_due: Where, now: datetime) -> int:
    """1 unless somebody spoke in the meantime. Its agents reopen it with one button."""
    async with transaction():
        case = await facts_of(case_id)
        if case is None or case.status not in OPEN or not await Case.exists().where(Case.id == case_id, still_due):
            return 0
        await settle(case, outcome, None, now)
        await notifications.tell_closed(None, case, now)
        await record(case, EventKind.CLOSED, actor=None, team_id=None, now=now)
    return 1


async def reopen(actor: Actor, case_id: UUID, now: datetime) -> None:
    """Clôturée becomes what it was before. The same post again changes nothing.

    Raises NotFound, Refused, Conflict (somebody else was quicker).
    """
    async with transaction():
        case = await visible_case(actor, case_id, locked=True)
        if case.status in OPEN and await did_last(actor, case_id, EventKind.REOPENED):
            return
        case = await case_for(actor, case_id, Action.REOPEN)
        await wait_for_answer(case_id, await move(case, Step.REOPENED, await _status_before(case_id)), now)
        await Case.update(
            {
                Case.status_before_closing: "",
                Case.closed_at: None,
                Case.closed_by: None,
                Case.outcome: "",
                Case.next_side: Side.REFERENT,
            }
        ).where(Case.id == case_id)
        await notifications.tell_reopened(actor, case, now)
        await _write(actor, case, EventKind.REOPENED, now)


async def _status_before(case_id: UUID) -> Status:
    row = await Case.select(Case.status_before_closing).where(Case.id == case_id).first()
    assert row is not None
    return Status(row["status_before_closing"])


async def _write(actor: Actor, case: CaseFacts, kind: EventKind, now: datetime) -> None:
    event_id = await record(case, kind, actor=actor, team_id=speaking_team(actor, case), now=now)
    await mark_read(actor, case.id, event_id, now)
