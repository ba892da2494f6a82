"""A case of the former release, and what the migration « teams_apart » makes of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.domain.cases.progress.team import TeamProgress
from app.tests.operations.former_case import FormerCase, day

FRESH: dict[str, Any] = {"next_side": "referent", "waiting_since": day(100), "late_from": day(100) + timedelta(days=5)}
"""The clock that begins with the migration; day(100) stands for its moment."""


def team(joined: int = 1, **columns: Any) -> TeamProgress:
    """A day stands for its moment."""
    given: dict[str, Any] = {
        name: day(value) if type(value) is int and name != "late_notices_sent" else value
        for name, value in columns.items()
    }
    return TeamProgress(day(joined), **{"taken_by": 1, **given})


def gone(joined: int = 1, **columns: Any) -> TeamProgress:
    return team(joined, taken_by=None, **columns)


def waiting(since: int, late: int) -> dict[str, Any]:
    return {"next_side": "referent", "waiting_since": since, "late_from": late}


def answered(at: int, last: int | None = None) -> dict[str, Any]:
    return {"first_answer_at": at, "last_answer_at": last or at}


@dataclass(frozen=True)
class Story:
    """after: team -> what its row is. changed: columns of the case's row that change, « handled_at » -> its day."""

    case: FormerCase
    after: dict[int, TeamProgress]
    changed: dict[str, Any]


def story(case: FormerCase, after: dict[int, TeamProgress], **changed: Any) -> Story:
    return Story(case, after, changed)


def sent(*teams: int) -> FormerCase:
    return FormerCase().send(1, *teams)


FRESH_CLOCK = {"late_from": FRESH["late_from"]}
