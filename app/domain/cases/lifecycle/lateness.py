"""« En souffrance »: a label computed from a date, never a status. Source: features.md S10.

| what happens                                        | late unless a referent answers within        |
|-----------------------------------------------------|----------------------------------------------|
| sent; transferred; reopened before a first answer   | 3 working days                               |
| the agent writes, or reopens, after a first answer  | 15 working days, from their last message     |
| a referent writes; closed; withdrawn                | no longer waited for                         |

Working days are the territory's. A case that is late already stays so until it is answered.
"""

from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import And

from app.domain.calendar.working_days import add_working_days
from app.domain.case_status import Status
from db.tables import Case

FIRST_ANSWER = 3
NEXT_ANSWER = 15


def is_late(late_from: datetime | None, now: datetime) -> bool:
    """late_from is empty while no answer is waited for, closed cases included."""
    return late_from is not None and late_from <= now


def late_at(now: datetime) -> And:
    """The same, said to the database."""
    return And(Case.late_from.is_not_null(), Case.late_from <= now)


def due_from(late_from: datetime | None, status: Status, now: datetime, area: str) -> datetime:
    """late_from once an answer is waited for. status, the case's from now on, says whether the first is due. Pure."""
    first = status != Status.ANSWERED
    if late_from is not None and (first or late_from <= now):
        return late_from
    return add_working_days(now, FIRST_ANSWER if first else NEXT_ANSWER, area)


def due_from_newcomer(late_from: datetime | None, now: datetime, area: str) -> datetime | None:
    """Of a team that takes over, as long as of the first one, if an answer is due. Pure."""
    return late_from and add_working_days(now, FIRST_ANSWER, area)


async def wait_for_answer(case_id: UUID, status: Status, now: datetime) -> None:
    """status is the case's from now on. In the verb's transaction."""
    before, area = await _waited_for(case_id)
    await _wait(case_id, before, due_from(before, status, now, area))


async def wait_for_newcomer(case_id: UUID, now: datetime) -> None:
    """In the verb's transaction."""
    before, area = await _waited_for(case_id)
    await _wait(case_id, before, due_from_newcomer(before, now, area))


async def _waited_for(case_id: UUID) -> tuple[datetime | None, str]:
    row = await Case.select(Case.late_from, Case.area).where(Case.id == case_id).first()
    assert row is not None
    return row["late_from"], row["area"]


async def _wait(case_id: UUID, before: datetime | None, late_from: datetime | None) -> None:
    if late_from != before:
        await Case.update({Case.late_from: late_from, Case.late_told: 0}).where(Case.id == case_id)


async def stop_waiting(case_id: UUID) -> None:
    """Answered, or over. In the verb's transaction."""
    await Case.update({Case.late_from: None, Case.late_told: 0}).where(Case.id == case_id)
