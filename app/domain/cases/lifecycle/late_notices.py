"""Telling that an answer is late: the team waited for, then its managers. Source: features.md S10."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.audit.log import write_audit
from app.domain.calendar.working_days import add_working_days, is_working_time
from app.domain.cases.lifecycle.lateness import late_at
from app.domain.cases.notifications import tell_late, tell_managers_late
from db.engine import transaction
from db.tables import Audit, Case

MANAGERS_TOLD_AFTER = 3
"""Working days after the team."""
_TOLD = "case.late"


@dataclass(frozen=True)
class _Stage:
    told: int
    after: int
    tell: Callable[[UUID, datetime], Awaitable[None]]


_STAGES = (_Stage(0, 0, tell_late), _Stage(1, MANAGERS_TOLD_AFTER, tell_managers_late))


async def tell_what_is_late(now: datetime) -> int:
    """How many cases were told of: each stage once, at working time in the territory, whoever else runs this."""
    count = 0
    for stage in _STAGES:
        for row in await _due(stage, now):
            count += await _tell(stage, row["id"], now)
    return count


async def _due(stage: _Stage, now: datetime) -> list[dict[str, Any]]:
    rows = await Case.select(Case.id, Case.area, Case.late_from).where(late_at(now), Case.late_told == stage.told)
    return [
        row
        for row in rows
        if is_working_time(now, row["area"]) and add_working_days(row["late_from"], stage.after, row["area"]) <= now
    ]


async def _tell(stage: _Stage, case_id: UUID, now: datetime) -> int:
    async with transaction():
        taken = await (
            Case.update({Case.late_told: stage.told + 1})
            .where(Case.id == case_id, Case.late_told == stage.told, late_at(now))
            .returning(Case.id)
        )
        if taken:
            await stage.tell(case_id, now)
            await write_audit(_TOLD, now=now, person_id=None, case_id=case_id)
    return len(taken)


async def times_told(case_id: UUID, late_from: datetime | None) -> int:
    """late_told of a case that is late from then on: the trail has each time."""
    if late_from is None:
        return 0
    times = await Audit.count().where(Audit.case_id == case_id, Audit.action == _TOLD, Audit.happened_at >= late_from)
    return int(times)
