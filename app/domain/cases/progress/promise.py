"""When a team is reminded to say where a case is: it took charge or answered, and announced no end. Pure. Source: W6.

| what happens                                                    | the team is reminded            |
|-----------------------------------------------------------------|---------------------------------|
| one of it takes charge or is given the case, or answers with a  | 10 working days later, and each |
| plain message                                                   | 10 working days from then on    |
| it says « c'est traité » or « non pertinente », steps out,      | no more                         |
| transfers the case; the case is closed or suspended; it is      |                                 |
| given back before any answer                                    |                                 |
| it is set aside, by the team or by the person                   | not before it comes back, with  |
|                                                                 | an email that counts as this one|
| it is asked for an opinion only                                 | never                           |
"""

from dataclasses import replace
from datetime import datetime

from app.domain.calendar.working_days import add_working_days
from app.domain.cases.progress.team import TeamProgress

PROMISE_DAYS = 10
"""Working days of the case's area."""


def make_promise(team: TeamProgress, now: datetime, area: str) -> TeamProgress:
    """A team that is not concerned, or has just announced an end, promises nothing."""
    promises = team.is_concerned and team.handled_at is None
    return replace(team, promise_due=add_working_days(now, PROMISE_DAYS, area) if promises else None)


def end_promise(team: TeamProgress) -> TeamProgress:
    return replace(team, promise_due=None)


def is_promise_due(team: TeamProgress, now: datetime) -> bool:
    return team.promise_due is not None and team.promise_due <= now


def is_reminder_due(team: TeamProgress, now: datetime, area: str) -> bool:
    """After an outage, one reminder replaces those that were not sent."""
    last = team.promise_reminded_at
    return is_promise_due(team, now) and (last is None or add_working_days(last, PROMISE_DAYS, area) <= now)
