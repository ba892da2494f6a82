"""« En souffrance »: a label computed from a date of each team, never a status. Source: features.md S10, W1.

| what happens                                              | the team is late unless it answers within  |
|-----------------------------------------------------------|--------------------------------------------|
| the case reaches it: sent, invited, transferred           | 3 working days                             |
| the agent writes to it, before its first answer           | 3 working days, from what it waits for     |
| the agent writes to it, or reopens, after its first answer| 15 working days, from their last message   |
| it answers, steps out, or the case is closed or suspended | no answer is due                           |

Working days are those of the area. A team that is late stays late until it answers. The case is late from the first
moment at which one of its teams is.
"""

from datetime import datetime

from piccolo.columns.combination import And

from app.domain.calendar.working_days import add_working_days
from app.domain.cases.progress.team import TeamProgress
from db.tables.cases import Case

FIRST_ANSWER_DAYS = 3
NEXT_ANSWER_DAYS = 15


def is_late(late_from: datetime | None, now: datetime) -> bool:
    """late_from is empty while no answer is due, closed cases included."""
    return late_from is not None and late_from <= now


def build_late_condition(now: datetime) -> And:
    """The SQL condition of is_late, for the case as agents see it."""
    return And(Case.late_from.is_not_null(), Case.late_from <= now)


def compute_late_from(team: TeamProgress, now: datetime, area: str) -> datetime:
    """The team's late_from when its answer becomes due, or is asked for again. Pure."""
    first = team.first_answer_at is None
    if team.late_from is not None and (first or team.late_from <= now):
        return team.late_from
    return add_working_days(now, FIRST_ANSWER_DAYS if first else NEXT_ANSWER_DAYS, area)
