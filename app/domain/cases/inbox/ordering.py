"""The order of a person's list. Source: features.md S2, W3.

| order  | a referent's cases                                     | a case of the agents' side                      |
|--------|--------------------------------------------------------|-------------------------------------------------|
| DUE    | the day by which their team owes an answer, then those | answered and unread, then late, then the others |
|        | without such a day, each urgent first                  |                                                 |
| RECENT | the last event, the latest first                       | the same                                        |
| OLDEST | the last event, the oldest first                       | the same                                        |

Ties of DUE have the latest event first. Closed cases, of which none is due, have RECENT instead of DUE. The position of
a case is one number, the highest first: its rank times _MAX_EVENT, and its last event. A page begins after a position,
which its URL has as an opaque id.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import UNREAD_SQL, Selection, build_access_query
from db.engine import is_postgres


class Order(StrEnum):
    DUE = "a-repondre"
    RECENT = "recentes"
    OLDEST = "anciennes"


_MAX_EVENT = 10**12
"""Higher than any event number."""
_LAST_DAY = 40_000
"""Days from 2020-01-01 to a day after which no answer is due."""
_MAX_TENTHS = 10**10
"""More tenths of a second than from 2020 to 2050. A rank times it stays exact in a browser."""
_EPOCH = 1_577_836_800
_DAY_SQL = {
    False: "CAST(julianday(substr(late_from, 1, 10)) - 2458849.5 AS INTEGER)",
    True: "CAST(late_from AT TIME ZONE 'UTC' AS date) - DATE '2020-01-01'",
}
"""By is_postgres(): days since 2020-01-01."""
_UNREAD_SQL = UNREAD_SQL.format(id='entries."case"', event="entries.last_event")


@dataclass(frozen=True)
class Window:
    """The `size` rows after a position, or before it. With neither, the first ones."""

    size: int
    after: int | None = None
    before: int | None = None

    @property
    def backwards(self) -> bool:
        return self.before is not None and self.after is None


def build_page_query(actor: Actor, selection: Selection, order: Order, window: Window) -> QueryString:
    """Rows of "case", last_event, your_turn, by_team, unread, position and total: the cases of the whole list.

    Rows before a position come in the reverse order.
    """
    place = window.before if window.backwards else window.after
    beyond = [] if place is None else [QueryString(f"WHERE position {'>' if window.backwards else '<'} {{}}", place)]
    direction = "ASC" if window.backwards else "DESC"
    return QueryString(
        f"""WITH entries AS ({{}}), placed AS (SELECT entries.*, {{}} AS position FROM entries),
        page AS (SELECT * FROM placed {"{}" if beyond else ""} ORDER BY position {direction} LIMIT {window.size})
        SELECT entries.*, {_UNREAD_SQL} AS unread, (SELECT count(*) FROM entries) AS total
        FROM page AS entries""",  # noqa: S608 # nosec B608
        build_access_query(actor, selection),
        _build_position(actor, order, selection.now),
        *beyond,
        actor.id,
    )


def compute_sort_key(position: int, moved_at: datetime) -> int:
    """The same order, with the time of the last event that the person may read instead of its number.

    A page must not show positions: the gaps between the numbers of events reveal events hidden from the person.
    """
    rank = position // _MAX_EVENT
    tenths = int((moved_at.timestamp() - _EPOCH) * 10)
    oldest_first = rank == _LAST_DAY * 3
    return rank * _MAX_TENTHS + (_MAX_TENTHS - tenths if oldest_first else tenths)


def _build_position(actor: Actor, order: Order, now: datetime) -> QueryString:
    if order == Order.RECENT:
        return QueryString("last_event")
    if order == Order.OLDEST:
        return QueryString(f"{_MAX_EVENT} * {_LAST_DAY * 3} + {_MAX_EVENT - 1} - last_event")
    return QueryString(
        f"""{_MAX_EVENT} * CASE
        WHEN by_team = 0 AND answered = 1 AND {_UNREAD_SQL} THEN {2 * _LAST_DAY + 3}
        WHEN by_team = 0 AND late_from <= {{}} THEN {2 * _LAST_DAY + 2}
        WHEN by_team = 1 AND late_from IS NOT NULL THEN 2 * ({_LAST_DAY} - ({_DAY_SQL[is_postgres()]})) + urgent
        WHEN by_team = 1 THEN urgent
        ELSE 0 END + last_event""",
        actor.id,
        now,
    )
