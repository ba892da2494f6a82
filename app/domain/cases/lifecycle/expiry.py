"""Nothing stays open for ever: a reminder, then closing by the system. Source: features.md S12; retention.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Or, Where

from app.domain.case_status import OPEN
from app.domain.cases.lifecycle.closure import Outcome, close_by_itself
from app.domain.cases.lifecycle.retention import CLOSED_AFTER_REMINDER, HANDLED_REMINDED, SILENT_REMINDED
from app.domain.cases.notifications import tell_silence
from db.engine import transaction
from db.tables import Case

_STILL_OPEN = Case.status.is_in([status.value for status in OPEN])
_BATCH = 500


async def expire_silent_cases(now: datetime) -> int:
    """How many were reminded of or closed. What somebody does in the meantime starts everything again."""
    return await _remind(now) + await _close(now)


async def _remind(now: datetime) -> int:
    silent = Or(
        Case.active_at <= now - SILENT_REMINDED,
        And(Case.handled_at.is_not_null(), Case.active_at <= now - HANDLED_REMINDED),
    )
    count = 0
    for row in await _some(And(silent, Case.reminded_at.is_null())):
        count += await _remind_of(row["id"], And(silent, Case.reminded_at.is_null()), now)
    return count


async def _remind_of(case_id: UUID, still: And, now: datetime) -> int:
    async with transaction():
        taken = await (
            Case.update({Case.reminded_at: now})
            .where(And(Case.id == case_id, And(_STILL_OPEN, still)))
            .returning(Case.id)
        )
        if taken:
            await tell_silence(case_id, now)
    return len(taken)


async def _close(now: datetime) -> int:
    due = Case.reminded_at <= now - CLOSED_AFTER_REMINDER
    count = 0
    for row in await _some(due):
        outcome = Outcome.SILENT if row["handled_at"] is None else Outcome.HANDLED
        count += await close_by_itself(row["id"], outcome, due, now)
    return count


async def _some(condition: And | Where) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await (
        Case.select(Case.id, Case.handled_at).where(And(_STILL_OPEN, condition)).order_by(Case.active_at).limit(_BATCH)
    )
    return rows
