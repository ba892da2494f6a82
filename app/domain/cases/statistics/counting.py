"""Counts one area: the open cases, and those sent or closed in the last thirty days; never its history.

A case that was sent in these thirty days is open, or was closed in them. What a line is: lines.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.case_status import Status
from app.domain.cases.statistics.lines import LINES_SQL, build_lines
from app.domain.cases.statistics.totals import (
    COUNT_FIELDS,
    WHOLE_AREA,
    CaseStatistics,
    StatisticsByOrganisation,
    round_down_hours,
)
from db.tables.cases import Case

RECENT_PERIOD = timedelta(days=30)
_COUNTS_SQL = f"""SELECT * FROM (WITH {{}}, line AS ({LINES_SQL})
SELECT organisation, count(CASE WHEN status = 'new' THEN 1 END) AS "new",
    count(CASE WHEN status = 'seen' THEN 1 END) AS seen, count(CASE WHEN status = 'answered' THEN 1 END) AS answered,
    count(CASE WHEN late_from <= {{}} THEN 1 END) AS late, count(CASE WHEN urgent THEN 1 END) AS urgent,
    count(CASE WHEN reached_at >= {{}} THEN 1 END) AS sent, count(CASE WHEN status = 'closed' THEN 1 END) AS closed,
    sum(unanswered) AS unanswered, sum(duplicates) AS duplicates,
    min(CASE WHEN late_from > {{}} THEN late_from END) AS next_late,
    min(CASE WHEN reached_at >= {{}} THEN reached_at END) AS first_sent, min(closed_at) AS first_closed
FROM line GROUP BY organisation) AS lines"""  # noqa: S608 # nosec B608
_FIRST_ANSWERS_SQL = """SELECT * FROM (WITH {} SELECT id, organisation, sent_at, reached_at, answered_at FROM own
WHERE answered_at IS NOT NULL AND reached_at >= {}) AS answers"""


@dataclass(frozen=True)
class AreaCount:
    """valid_until is when time alone changes the counts, without any change of a case; None if it never does."""

    counted: StatisticsByOrganisation
    valid_until: datetime | None


async def count_area(area: str, now: datetime) -> AreaCount:
    """A case with two teams of one organisation counts once there. Drafts and erased cases are not counted."""
    since = now - RECENT_PERIOD
    lines = build_lines(area, since)
    rows = await Case.raw(_COUNTS_SQL, lines, now, since, now, since)
    counted = {row["organisation"]: _decode_statistics(row) for row in rows}
    for organisation, wait in _list_answer_delays(await Case.raw(_FIRST_ANSWERS_SQL, lines, since), since):
        counted[organisation].answer_delays[round_down_hours(wait)] += 1
    ends = [end for row in rows for end in _list_expiry_times(row)]
    return AreaCount(counted, min(ends, default=None))


def _decode_statistics(row: dict[str, Any]) -> CaseStatistics:
    still_open = {status: row[status.value] for status in (Status.NEW, Status.SEEN, Status.ANSWERED)}
    return CaseStatistics(still_open, **{name: row[name] for name in COUNT_FIELDS})


def _list_expiry_times(row: dict[str, Any]) -> list[datetime]:
    """When the next case of the line becomes late, and when the first case leaves the thirty days."""
    found = [(row["next_late"], timedelta()), (row["first_sent"], RECENT_PERIOD), (row["first_closed"], RECENT_PERIOD)]
    return [_parse_moment(at) + later for at, later in found if at is not None]


def _list_answer_delays(rows: list[dict[str, Any]], since: datetime) -> list[tuple[int, timedelta]]:
    """(organisation, delay) for the first answer to each case that the agent can read, from when the case reached it.

    WHOLE_AREA has one delay for each case sent since then, from its sending to the first answer of any organisation.
    """
    delays, first = [], dict[Any, timedelta]()
    for row in rows:
        answered_at, sent_at = _parse_moment(row["answered_at"]), _parse_moment(row["sent_at"])
        delays.append((row["organisation"], answered_at - _parse_moment(row["reached_at"])))
        if sent_at >= since:
            first[row["id"]] = min(first.get(row["id"], answered_at - sent_at), answered_at - sent_at)
    return delays + [(WHOLE_AREA, delay) for delay in first.values()]


def _parse_moment(found: datetime | str) -> datetime:
    """SQLite returns computed timestamps as text."""
    return found if isinstance(found, datetime) else datetime.fromisoformat(found)
