"""Notifies of a late answer: first the teams that owe it, then their managers. Source: features.md S10."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.audit.log import write_audit
from app.domain.calendar.working_days import add_working_days, is_working_time
from app.domain.cases.lifecycle.lateness import build_late_condition
from app.domain.cases.notifications import notify_late, notify_managers_late
from db.engine import transaction
from db.tables.audit import AuditEntry
from db.tables.cases import Case

MANAGERS_NOTIFIED_AFTER = 3
"""Working days after the team was notified."""
_AUDIT_ACTION = "case.late"


@dataclass(frozen=True)
class _Stage:
    notices_sent: int
    working_days: int
    notify: Callable[[UUID, datetime], Awaitable[None]]


_STAGES = (_Stage(0, 0, notify_late), _Stage(1, MANAGERS_NOTIFIED_AFTER, notify_managers_late))


async def send_late_notices(now: datetime) -> int:
    """Returns the number of notices. Each stage is sent once, in working hours of the area, even by two processes."""
    count = 0
    for stage in _STAGES:
        for row in await _list_due_cases(stage, now):
            count += await _send_late_notice(stage, row["id"], now)
    return count


async def _list_due_cases(stage: _Stage, now: datetime) -> list[dict[str, Any]]:
    rows = await Case.select(Case.id, Case.area, Case.late_from).where(
        build_late_condition(now), Case.late_notices_sent == stage.notices_sent
    )
    return [
        row
        for row in rows
        if is_working_time(now, row["area"])
        and add_working_days(row["late_from"], stage.working_days, row["area"]) <= now
    ]


async def _send_late_notice(stage: _Stage, case_id: UUID, now: datetime) -> int:
    async with transaction():
        taken = await (
            Case.update({Case.late_notices_sent: stage.notices_sent + 1})
            .where(Case.id == case_id, Case.late_notices_sent == stage.notices_sent, build_late_condition(now))
            .returning(Case.id)
        )
        if taken:
            await stage.notify(case_id, now)
            await write_audit(_AUDIT_ACTION, now=now, person_id=None, case_id=case_id)
    return len(taken)


async def count_late_notices(case_id: UUID, late_from: datetime | None) -> int:
    """The late_notices_sent of a case that is late from then on, counted in the audit log."""
    if late_from is None:
        return 0
    times = await AuditEntry.count().where(
        AuditEntry.case_id == case_id, AuditEntry.action == _AUDIT_ACTION, AuditEntry.happened_at >= late_from
    )
    return int(times)
