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

from piccolo.columns.combination import And, Or

from app.domain.cases.joining import area_of
from app.domain.cases.statuses import Status
from app.domain.working_days import add_working_days
from db.tables import Case

FIRST_ANSWER = 3
NEXT_ANSWER = 15


def is_late(late_from: datetime | None, now: datetime) -> bool:
    """late_from is empty while no answer is waited for, closed cases included."""
    return late_from is not None and late_from <= now


def late_at(now: datetime) -> And:
    """The same, said to the database."""
    return And(Case.late_from.is_not_null(), Case.late_from <= now)


async def wait_for_answer(case_id: UUID, status: Status, now: datetime) -> None:
    """status is the case's from now on: it says whether the first answer is still due. In the verb's transaction."""
    first = status != Status.ANSWERED
    late_from = add_working_days(now, FIRST_ANSWER if first else NEXT_ANSWER, await area_of(case_id))
    not_waited_for = Case.late_from.is_null()
    movable = not_waited_for if first else Or(not_waited_for, Case.late_from > now)
    await Case.update({Case.late_from: late_from, Case.late_told: 0}).where(Case.id == case_id, movable)


async def wait_for_newcomer(case_id: UUID, now: datetime) -> None:
    """Of a team that takes over, as long as of the first one, if an answer is due. In the verb's transaction."""
    late_from = add_working_days(now, FIRST_ANSWER, await area_of(case_id))
    await Case.update({Case.late_from: late_from, Case.late_told: 0}).where(
        Case.id == case_id, Case.late_from.is_not_null()
    )


async def stop_waiting(case_id: UUID) -> None:
    """Answered, or over. In the verb's transaction."""
    await Case.update({Case.late_from: None, Case.late_told: 0}).where(Case.id == case_id)
