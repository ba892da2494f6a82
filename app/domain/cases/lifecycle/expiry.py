"""Reminds of inactive cases, then closes them. Source: features.md S12; retention.py.

While a contacted team owes its first answer, no case closes as handled or inactive: it closes as « sans réponse », much
later. Until then, late_notices.py tells of the silence.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Or, Where

from app.domain.case_status import OPEN_STATUSES
from app.domain.cases.lifecycle.closure import Outcome, close_automatically
from app.domain.cases.lifecycle.retention import (
    CLOSED_AFTER_REMINDER,
    HANDLED_REMINDER_AFTER,
    INACTIVE_REMINDER_AFTER,
    UNANSWERED_CLOSED_AFTER,
)
from app.domain.cases.notifications import notify_inactivity
from db.engine import transaction
from db.tables.cases import Case
from db.tables.participants import Recipient

_STILL_OPEN = Case.status.is_in([status.value for status in OPEN_STATUSES])
_OWING_FIRST_ANSWER = Recipient.select(Recipient.case).where(
    Recipient.late_from.is_not_null(), Recipient.first_answer_at.is_null()
)
"""The cases of a team that has a clock and has answered nothing. While a case is suspended, no answer is owed."""
_UNANSWERED = Case.id.is_in(_OWING_FIRST_ANSWER)
_NOT_UNANSWERED = Case.id.not_in(_OWING_FIRST_ANSWER)
_BATCH = 500


async def expire_inactive_cases(now: datetime) -> int:
    """Returns the number of cases reminded or closed. Any activity restarts the delay."""
    return await _remind_inactive_cases(now) + await _close_inactive_cases(now)


async def _remind_inactive_cases(now: datetime) -> int:
    inactive = Or(
        Case.active_at <= now - INACTIVE_REMINDER_AFTER,
        And(Case.handled_at.is_not_null(), Case.active_at <= now - HANDLED_REMINDER_AFTER),
    )
    unanswered = And(_UNANSWERED, Case.active_at <= now - UNANSWERED_CLOSED_AFTER + CLOSED_AFTER_REMINDER)
    due = And(Or(And(_NOT_UNANSWERED, inactive), unanswered), Case.reminded_at.is_null())
    count = 0
    for row in await _list_open_cases(due):
        count += await _remind_case(row["id"], due, now)
    return count


async def _remind_case(case_id: UUID, still: And, now: datetime) -> int:
    async with transaction():
        taken = await (
            Case.update({Case.reminded_at: now})
            .where(And(Case.id == case_id, And(_STILL_OPEN, still)))
            .returning(Case.id)
        )
        if taken:
            await notify_inactivity(case_id, now)
    return len(taken)


async def _close_inactive_cases(now: datetime) -> int:
    reminded = Case.reminded_at <= now - CLOSED_AFTER_REMINDER
    unanswered = And(And(reminded, _UNANSWERED), Case.active_at <= now - UNANSWERED_CLOSED_AFTER)
    count = 0
    for row in await _list_open_cases(unanswered):
        count += await close_automatically(row["id"], Outcome.UNANSWERED, unanswered, now)
    answered = And(reminded, _NOT_UNANSWERED)
    for row in await _list_open_cases(answered):
        outcome = Outcome.INACTIVE if row["handled_at"] is None else Outcome.HANDLED
        count += await close_automatically(row["id"], outcome, answered, now)
    return count


async def _list_open_cases(condition: And | Where) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await (
        Case.select(Case.id, Case.handled_at).where(And(_STILL_OPEN, condition)).order_by(Case.active_at).limit(_BATCH)
    )
    return rows
