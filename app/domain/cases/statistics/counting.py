"""Counts one area: the open cases, and those sent or closed in the last thirty days; never its history.

A case that was sent in these thirty days is open, or was closed in them. The indexes are in
db/migrations/initial_tables.sql.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from piccolo.querystring import QueryString

from app.domain.audience import Audience
from app.domain.case_status import Status
from app.domain.cases.events import EventKind
from app.domain.cases.inbox.access_paths import CLOSED_SQL, OPEN_SQL
from app.domain.cases.statistics.totals import WHOLE_AREA, CaseStatistics, StatisticsByOrganisation, round_down_hours
from db.tables.cases import Case

RECENT_PERIOD = timedelta(days=30)
_ANSWER_KINDS_SQL = ", ".join(f"'{kind}'" for kind in (EventKind.MESSAGE, EventKind.HANDLED, EventKind.IRRELEVANT))
_CASES_SQL = f"""SELECT id, status, urgent, late_from, sent_at, NULL AS closed_at FROM cases
    WHERE area = {{}} AND {OPEN_SQL} UNION ALL SELECT id, 'closed', FALSE, NULL, sent_at, closed_at FROM cases
    WHERE area = {{}} AND {CLOSED_SQL} AND closed_at >= {{}}"""  # noqa: S608 # nosec B608
_COUNTS_SQL = f"""SELECT * FROM (WITH counted AS ({{}}), by_organisation AS (
    SELECT {WHOLE_AREA} AS organisation, counted.* FROM counted
    UNION ALL SELECT DISTINCT team.organisation, counted.* FROM counted
    JOIN recipient ON recipient."case" = counted.id JOIN team ON team.id = recipient.team)
SELECT organisation, count(CASE WHEN status = 'new' THEN 1 END) AS "new",
    count(CASE WHEN status = 'seen' THEN 1 END) AS seen, count(CASE WHEN status = 'answered' THEN 1 END) AS answered,
    count(CASE WHEN late_from <= {{}} THEN 1 END) AS late, count(CASE WHEN urgent THEN 1 END) AS urgent,
    count(CASE WHEN sent_at >= {{}} THEN 1 END) AS sent, count(CASE WHEN status = 'closed' THEN 1 END) AS closed,
    min(CASE WHEN late_from > {{}} THEN late_from END) AS next_late,
    min(CASE WHEN sent_at >= {{}} THEN sent_at END) AS first_sent, min(closed_at) AS first_closed
FROM by_organisation GROUP BY organisation) AS lines"""  # noqa: S608 # nosec B608
_FIRST_ANSWERS_SQL = f"""SELECT * FROM (WITH counted AS ({{}})
SELECT counted.id, counted.sent_at, team.organisation, min(event.happened_at) AS answered_at FROM counted
JOIN event ON event."case" = counted.id JOIN team ON team.id = event.team
JOIN message ON message.id = event.message AND message.withdrawn_at IS NULL
JOIN organisation ON organisation.id = team.organisation
WHERE counted.sent_at >= {{}} AND event.kind IN ({_ANSWER_KINDS_SQL}) AND event.audience = '{Audience.ALL}'
    AND organisation.kind = 'operator'
GROUP BY counted.id, counted.sent_at, team.organisation) AS answers"""  # noqa: S608 # nosec B608


@dataclass(frozen=True)
class AreaCount:
    """valid_until is when time alone changes the counts, without any change of a case; None if it never does."""

    counted: StatisticsByOrganisation
    valid_until: datetime | None


async def count_area(area: str, now: datetime) -> AreaCount:
    """A case with two teams of one organisation counts once there. Drafts and erased cases are not counted."""
    since = now - RECENT_PERIOD
    cases = QueryString(_CASES_SQL, area, area, since)
    rows = await Case.raw(_COUNTS_SQL, cases, now, since, now, since)
    counted = {row["organisation"]: _decode_statistics(row) for row in rows}
    for organisation, wait in _list_answer_delays(await Case.raw(_FIRST_ANSWERS_SQL, cases, since)):
        counted.setdefault(organisation, CaseStatistics()).answer_delays[round_down_hours(wait)] += 1
    ends = [end for row in rows if row["organisation"] == WHOLE_AREA for end in _list_expiry_times(row)]
    return AreaCount(counted, min(ends, default=None))


def _decode_statistics(row: dict[str, Any]) -> CaseStatistics:
    still_open = {status: row[status.value] for status in (Status.NEW, Status.SEEN, Status.ANSWERED)}
    return CaseStatistics(still_open, row["late"], row["urgent"], row["sent"], row["closed"])


def _list_expiry_times(row: dict[str, Any]) -> list[datetime]:
    """When the next case becomes late, and when the first case leaves the thirty days."""
    found = [(row["next_late"], timedelta()), (row["first_sent"], RECENT_PERIOD), (row["first_closed"], RECENT_PERIOD)]
    return [_parse_moment(at) + later for at, later in found if at is not None]


def _list_answer_delays(rows: list[dict[str, Any]]) -> list[tuple[int, timedelta]]:
    """(organisation, delay) for the first answer to each case that the agent can read.

    WHOLE_AREA has one delay for each case, from the first answer of any organisation.
    """
    waits = [
        (row["organisation"], row["id"], _parse_moment(row["answered_at"]) - _parse_moment(row["sent_at"]))
        for row in rows
    ]
    first: dict[Any, timedelta] = {}
    for _, case, wait in waits:
        first[case] = min(first.get(case, wait), wait)
    return [(organisation, wait) for organisation, _, wait in waits] + [(WHOLE_AREA, wait) for wait in first.values()]


def _parse_moment(found: datetime | str) -> datetime:
    """SQLite returns computed timestamps as text."""
    return found if isinstance(found, datetime) else datetime.fromisoformat(found)
