"""« En souffrance »: a label computed from a date, never a status. Source: features.md S10.

| what happens                                        | late unless a referent answers within        |
|-----------------------------------------------------|----------------------------------------------|
| sent; transferred; reopened before a first answer   | 3 working days                               |
| the agent writes, or reopens, after a first answer  | 15 working days, from their last message     |
| a referent writes; closed; withdrawn                | no answer is due                             |

Working days are those of the area. A case that is late stays late until it is answered.
"""

from datetime import datetime

from piccolo.columns.combination import And

from app.domain.calendar.working_days import add_working_days
from app.domain.case_status import Status
from app.domain.cases.change import CaseChange
from app.domain.cases.permissions import CaseFacts
from db.tables.cases import Case

FIRST_ANSWER_DAYS = 3
NEXT_ANSWER_DAYS = 15


def is_late(late_from: datetime | None, now: datetime) -> bool:
    """late_from is empty while no answer is due, closed cases included."""
    return late_from is not None and late_from <= now


def build_late_condition(now: datetime) -> And:
    """The SQL condition of is_late."""
    return And(Case.late_from.is_not_null(), Case.late_from <= now)


def compute_late_from(late_from: datetime | None, status: Status, now: datetime, area: str) -> datetime:
    """The new late_from when an answer becomes due. `status` is the case's new status. Pure."""
    first = status != Status.ANSWERED
    if late_from is not None and (first or late_from <= now):
        return late_from
    return add_working_days(now, FIRST_ANSWER_DAYS if first else NEXT_ANSWER_DAYS, area)


def compute_transfer_late_from(late_from: datetime | None, now: datetime, area: str) -> datetime | None:
    """A team that takes over has the delay of a first answer, if an answer is due. Pure."""
    return late_from and add_working_days(now, FIRST_ANSWER_DAYS, area)


def build_answer_deadline(case: CaseFacts, status: Status, now: datetime) -> CaseChange:
    """`status` is the case's new status; `case` has the locked facts from before. Pure."""
    return _build_deadline_change(case, compute_late_from(case.late_from, status, now, case.area))


def build_transfer_deadline(case: CaseFacts, now: datetime) -> CaseChange:
    """As build_answer_deadline, when another team takes over. Pure."""
    return _build_deadline_change(case, compute_transfer_late_from(case.late_from, now, case.area))


def _build_deadline_change(case: CaseFacts, late_from: datetime | None) -> CaseChange:
    """An unchanged deadline keeps late_notices_sent, so that its emails are not sent twice."""
    return {} if late_from == case.late_from else {Case.late_from: late_from, Case.late_notices_sent: 0}


def build_no_deadline() -> CaseChange:
    """For a case that is answered or closed. Pure."""
    return {Case.late_from: None, Case.late_notices_sent: 0}
