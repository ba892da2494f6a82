"""The late notices that the job has sent to each team by today: app/domain/cases/lifecycle/late_notices.py."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from app.domain.calendar.working_days import is_working_time
from app.domain.cases.lifecycle.late_notices import find_due_stage
from app.domain.cases.progress.team import TeamProgress

_BETWEEN_RUNS = timedelta(minutes=15)
"""app/server/background.py"""


def count_notices(team: TeamProgress, area: str, now: datetime) -> TeamProgress:
    """The team, with the late_notices_sent of the last run in working hours."""
    if team.late_from is None:
        return team
    run = _find_last_run(now, area)
    while (stage := find_due_stage(team, area, run)) is not None:
        team = replace(team, late_notices_sent=stage + 1)
    return team


@cache
def _find_last_run(now: datetime, area: str) -> datetime:
    found = now
    while not is_working_time(found, area):
        found -= _BETWEEN_RUNS
    return found
