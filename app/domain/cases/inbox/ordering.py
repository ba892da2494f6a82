"""The order of a person's list: unread cases first, then by last event, latest or oldest first (Order).

The position of a case is the number of its last event, and _MAX_EVENT more if the case is unread. A page begins after a
position, which its URL has as an opaque id.

Only the first COUNT_LIMIT + 1 cases in the order of events are reordered by unread; the list goes on in the order of
events. So a page costs the same with a thousand cases and with a million.
"""

from dataclasses import replace
from datetime import datetime

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import IndexScan, build_access_query
from app.domain.cases.inbox.filters import Order

COUNT_LIMIT = 1_000
_MAX_EVENT = 10**12
"""Higher than any event number. It is added to the position of an unread case."""
_MAX_MILLISECONDS = 10**13
"""More milliseconds than will have passed since 1970."""
_LAST_READ_SQL = (
    '(SELECT last_event FROM read_receipt WHERE read_receipt."case" = entries."case" AND read_receipt.person = {})'
)
"""A sub-select for each row: with a join, PostgreSQL reads every receipt of the person. The sub-select is in a
MATERIALIZED query, because SQLite would run it again at each mention of « unread ».
"""


def build_page_query(actor: Actor, scan: IndexScan, *, after: int | None, before: int | None, size: int) -> QueryString:
    """Rows of "case", your_turn, by_team, unread, position and total: `size` rows after a position, or before it.

    With neither, the first page. Rows before a position come in the reverse order. total: the cases of the list,
    counted up to COUNT_LIMIT + 1.
    """
    first_cases, position = (
        build_access_query(actor, replace(scan, limit=COUNT_LIMIT + 1)),
        before if after is None else after,
    )
    further = [_build_remainder_query(actor, scan, position, size, back=after is None)] if position is not None else []
    entries = "SELECT first_cases.*, 1 AS near FROM first_cases"
    if further:
        entries += " UNION ALL SELECT path.*, 0 FROM ({}) AS path"
    beyond = (
        [QueryString(f"WHERE position {'>' if after is None else '<'} {{}}", position)] if position is not None else []
    )
    direction = "ASC" if beyond and after is None else "DESC"
    return QueryString(
        f"""WITH first_cases AS ({{}}), entries AS ({entries}), with_unread AS MATERIALIZED (
            SELECT entries.*, coalesce({_LAST_READ_SQL}, 0) < entries.last_event AS unread FROM entries
        ), with_position AS (SELECT with_unread.*, {_build_position_sql(scan.order)} AS position FROM with_unread)
        SELECT with_position.*, (SELECT count(*) FROM first_cases) AS total
        FROM with_position {"{}" if beyond else ""} ORDER BY position {direction} LIMIT {size}""",  # noqa: S608 # nosec B608
        *(first_cases, *further, actor.id, *beyond),
    )


def compute_sort_key(position: int, moved_at: datetime, order: Order) -> int:
    """The highest key is the first row. It contains the time of the last event that the person may read.

    A page must not show positions: they have the numbers of events, whose gaps reveal events hidden from the person.
    """
    time = int(moved_at.timestamp() * 1000)
    return (_MAX_MILLISECONDS if position > _MAX_EVENT else 0) + (
        time if order == Order.RECENT else _MAX_MILLISECONDS - time
    )


def _build_position_sql(order: Order) -> str:
    by = "last_event" if order == Order.RECENT else f"{_MAX_EVENT} - last_event"
    return f"CASE WHEN unread AND near = 1 THEN {_MAX_EVENT} ELSE 0 END + {by}"


def _build_remainder_query(actor: Actor, scan: IndexScan, position: int, size: int, *, back: bool) -> QueryString:
    """After first_cases the order is that of events alone, and the event number is computed from the position."""
    event = position if scan.order == Order.RECENT else _MAX_EVENT - position
    return build_access_query(
        actor, replace(scan, limit=size, past_event=event, backwards=back, past_query="first_cases")
    )
