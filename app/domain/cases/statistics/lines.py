"""What an area is counted by: a line for each case, and one for each organisation of the case.

The cases are those that are open, and those closed lately. The line of an organisation is about its own teams, so that
one organisation's answer hides no silence of another.

| column      | the line of a case | the line of one of its organisations                                        |
|-------------|--------------------|-----------------------------------------------------------------------------|
| status      | its own            | Répondue, Consultée once one of its teams answered, opened; empty once they |
|             |                    | are all out                                                                 |
| late_from   | its own            | the first of its present teams'                                             |
| reached_at  | when it was sent   | when it first reached one of its teams                                      |
| answered_at |                    | the first answer of its teams, those that stepped out included              |
| unanswered  | closed so          | closed so, while one of its teams owed its first answer                     |
| duplicates  | continued in       | the same, while one of its teams was there                                  |
|             | another case       |                                                                             |

A team that left after the closing of the case was present when it was closed. The indexes are in
db/migrations/initial_tables.sql.
"""

from datetime import datetime

from piccolo.querystring import QueryString

from app.domain.cases.inbox.access_paths import CLOSED_SQL, OPEN_SQL
from app.domain.cases.lifecycle.closure import Outcome
from app.domain.cases.statistics.totals import WHOLE_AREA

_CASES_SQL = f"""SELECT id, status, urgent, late_from, sent_at, NULL AS closed_at, 0 AS unanswered,
        0 AS duplicates FROM cases
    WHERE area = {{}} AND {OPEN_SQL}
    UNION ALL SELECT id, 'closed', FALSE, NULL, sent_at, closed_at,
        CASE WHEN outcome = '{Outcome.UNANSWERED}' THEN 1 ELSE 0 END,
        CASE WHEN outcome = '{Outcome.DUPLICATE}' THEN 1 ELSE 0 END
    FROM cases WHERE area = {{}} AND {CLOSED_SQL} AND closed_at >= {{}}"""  # noqa: S608 # nosec B608
_PRESENT_SQL = "(recipient.left_at IS NULL OR recipient.left_at > counted.closed_at)"
_OWED_SQL = f"{_PRESENT_SQL} AND NOT recipient.opinion AND recipient.first_answer_at IS NULL"
_OWN_SQL = f"""SELECT counted.id, counted.status AS case_status, counted.urgent, counted.sent_at, counted.closed_at,
    team.organisation, max(CASE WHEN {_PRESENT_SQL} THEN 1 ELSE 0 END) AS present,
    min(recipient.joined_at) AS reached_at, min(recipient.seen_at) AS seen_at,
    min(recipient.first_answer_at) AS answered_at,
    min(CASE WHEN {_PRESENT_SQL} THEN recipient.late_from END) AS late_from,
    max(CASE WHEN {_OWED_SQL} THEN counted.unanswered ELSE 0 END) AS unanswered,
    max(CASE WHEN {_PRESENT_SQL} THEN counted.duplicates ELSE 0 END) AS duplicates
    FROM counted JOIN recipient ON recipient."case" = counted.id JOIN team ON team.id = recipient.team
    GROUP BY counted.id, counted.status, counted.urgent, counted.sent_at, counted.closed_at, team.organisation"""  # noqa: S608 # nosec B608
_STATUS_SQL = """CASE WHEN present = 0 THEN '' WHEN case_status = 'closed' THEN 'closed'
    WHEN answered_at IS NOT NULL THEN 'answered' WHEN seen_at IS NOT NULL THEN 'seen' ELSE 'new' END"""
LINES_SQL = f"""SELECT {WHOLE_AREA} AS organisation, status, urgent, late_from, sent_at AS reached_at, closed_at,
        unanswered, duplicates FROM counted
    UNION ALL SELECT organisation, {_STATUS_SQL}, urgent AND present = 1, late_from, reached_at, closed_at, unanswered,
        duplicates FROM own"""  # noqa: S608 # nosec B608
"""The lines to count. It follows WITH and build_lines."""


def build_lines(area: str, closed_since: datetime) -> QueryString:
    """The tables `counted`, of cases, and `own`, of each case and organisation. Drafts and erased cases are in none."""
    cases = QueryString(_CASES_SQL, area, area, closed_since)
    return QueryString(f"counted AS ({{}}), own AS ({_OWN_SQL})", cases)
