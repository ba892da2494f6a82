"""Where a case goes in somebody's list: what is unread first, then by its latest event; a page begins at a place.

Only among the MOST nearest is what is unread put first: beyond them the list goes on by its order alone. So a page
costs the same behind a thousand cases and behind a million.
"""

from dataclasses import replace
from datetime import datetime

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import Taken, through_doors
from app.domain.cases.inbox.filters import Order

MOST = 1_000
_FAR = 10**12
"""More events than there will be."""
_FAR_AWAY = 10**13
"""More milliseconds than there will have been since 1970."""
_READ = '(SELECT last_event FROM reading WHERE reading."case" = entries."case" AND reading.person = {})'
"""Looked up for each row: joined, PostgreSQL reads all that the person has ever read. Once for each row (MATERIALIZED):
SQLite would look it up again wherever « unread » is named."""


def shown_sql(actor: Actor, taken: Taken, *, after: int | None, before: int | None, size: int) -> QueryString:
    """Rows of "case", yours, unread, place and total (MOST + 1 for more): the `size` next after a place or before."""
    shelf, place = through_doors(actor, replace(taken, most=MOST + 1)), before if after is None else after
    further = [_further(actor, taken, place, size, back=after is None)] if place is not None else []
    entries = "SELECT shelf.*, 1 AS near FROM shelf"
    if further:
        entries += " UNION ALL SELECT door.*, 0 FROM ({}) AS door"
    beyond = [QueryString(f"WHERE place {'>' if after is None else '<'} {{}}", place)] if place is not None else []
    direction = "ASC" if beyond and after is None else "DESC"
    return QueryString(
        f"""WITH shelf AS ({{}}), entries AS ({entries}), marked AS MATERIALIZED (
            SELECT entries.*, coalesce({_READ}, 0) < entries.last_event AS unread FROM entries
        ), placed AS (SELECT marked.*, {_place(taken.order)} AS place FROM marked)
        SELECT placed.*, (SELECT count(*) FROM shelf) AS total
        FROM placed {"{}" if beyond else ""} ORDER BY place {direction} LIMIT {size}""",  # noqa: S608 # nosec B608
        *(shelf, *further, actor.id, *beyond),
    )


def order_of(place: int, moved_at: datetime, order: Order) -> int:
    """The highest comes first. It is the time of the latest event that the person may read.

    A place is no substitute: it holds the number of that event, and a gap in such numbers shows what they may not read.
    """
    time = int(moved_at.timestamp() * 1000)
    return (_FAR_AWAY if place > _FAR else 0) + (time if order == Order.RECENT else _FAR_AWAY - time)


def _place(order: Order) -> str:
    by = "last_event" if order == Order.RECENT else f"{_FAR} - last_event"
    return f"CASE WHEN unread AND near = 1 THEN {_FAR} ELSE 0 END + {by}"


def _further(actor: Actor, taken: Taken, place: int, size: int, *, back: bool) -> QueryString:
    """Past the shelf there is the order alone: the place says the event."""
    event = place if taken.order == Order.RECENT else _FAR - place
    return through_doors(actor, replace(taken, most=size, beyond=event, before_it=back, past="shelf"))
