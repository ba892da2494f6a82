"""Queries for a person's list, one for each path by which they may see cases, in the order of an index.

The paths are their team's own cases, the cases that a team of theirs received, and those to which they were invited as
an expert: the rule of visibility.py. A query reads no more rows of a path than the list needs. The indexes are in
db/migrations/initial_tables.sql.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor, PlatformRole, Side
from app.domain.cases.inbox.filters import Order, View
from app.domain.cases.inbox.visibility import Condition

OPEN_SQL = "cases.status IN ('new', 'seen', 'answered') AND cases.erased_at IS NULL"
CLOSED_SQL = "cases.status = 'closed' AND cases.erased_at IS NULL"
_NOT_LEFT = QueryString("recipient.left_at IS NULL")
ExtraFilter = Callable[[bool], Condition | None]
"""Builds a further condition, None for none. Its argument says whether the actor reads internal notes on this path."""
_INVITATION_SQL = '(SELECT 1 FROM guest WHERE guest."case" = cases.id AND guest.person = {})'
_EMPTY_QUERY = QueryString('SELECT id AS "case", last_event, 1 AS your_turn, 0 AS by_team FROM cases WHERE 1 = 0')
_OWN_TURN_SQL = "CASE WHEN recipient.next_side = 'referent' THEN 1 ELSE 0 END"


def add_no_filter(internal: bool) -> None:
    return None


@dataclass(frozen=True)
class IndexScan:
    """How many rows to read of each path, and from where.

    past_event: only rows after this event in the list's order, or before it if `backwards`. newer_than: only rows with
    a later event. past_query: only rows after all rows of the query of this name, which has the same order.
    """

    view: View
    limit: int
    order: Order = Order.RECENT
    extra_filter: ExtraFilter = add_no_filter
    past_event: int | None = None
    backwards: bool = False
    newer_than: int | None = None
    past_query: str = ""

    @property
    def ascending(self) -> bool:
        return (self.order == Order.OLDEST) != self.backwards


def build_access_query(actor: Actor, *scans: IndexScan) -> QueryString:
    """Rows of "case", last_event, your_turn and by_team, each case once.

    last_event is the last one that the actor may read. your_turn (0 or 1): of one of the actor's teams. by_team (0 or
    1): the actor reads the case as a referent, so that turn, lateness and status are those of their own teams.
    """
    paths = [path for one in scans for path in _iter_paths(actor, one)]
    if len(paths) < 2:
        return paths[0] if paths else _EMPTY_QUERY
    each = " UNION ALL ".join(["SELECT * FROM ({}) AS path"] * len(paths))
    end = f"ORDER BY last_event {_sort_direction(scans[0])} LIMIT {scans[0].limit}"
    once = 'SELECT "case", last_event, max(your_turn) AS your_turn, by_team FROM'
    return QueryString(f'{once} ({each}) AS paths GROUP BY "case", last_event, by_team {end}', *paths)  # nosec B608


def _iter_paths(actor: Actor, scan: IndexScan) -> Iterator[QueryString]:
    expert, helpers = actor.role == PlatformRole.EXPERT, actor.list_teams(Side.AGENT)
    for team in helpers:
        yield _build_agent_path("cases", [QueryString("cases.team = {}", team)], actor, scan)
    for team in actor.list_teams(Side.REFERENT):
        received = QueryString("recipient.team = {}", team)
        if not expert and not helpers and scan.view != View.MINE:
            yield _build_recipient_path(received, scan)
        else:
            yield from _iter_mixed_role_paths(received, helpers, actor, scan)
    if expert:
        invited = QueryString("guest.person = {}", actor.id)
        readable = QueryString("(cases.status <> 'closed' OR cases.closed_by = {})", actor.id)
        yield _build_agent_path('guest JOIN cases ON cases.id = guest."case"', [invited, readable], actor, scan)


def _build_recipient_path(condition: QueryString, scan: IndexScan) -> QueryString:
    """Reads the recipient's own columns; joins cases only for a further condition."""
    conditions = [
        condition,
        _NOT_LEFT,
        QueryString(f"recipient.open = {'FALSE' if scan.view == View.CLOSED else 'TRUE'}"),
    ]
    if scan.view == View.TO_HANDLE:
        conditions.append(QueryString("recipient.next_side = 'referent'"))
    narrowed = scan.extra_filter(True)
    joined = "" if narrowed is None else ' JOIN cases ON cases.id = recipient."case"'
    columns = f'recipient."case", recipient.last_event, {_OWN_TURN_SQL} AS your_turn, 1 AS by_team'
    return _build_scan_query(columns, "recipient" + joined, "recipient.last_event", conditions, narrowed, scan)


def _iter_mixed_role_paths(
    condition: QueryString, helpers: list[int], actor: Actor, scan: IndexScan
) -> Iterator[QueryString]:
    """For a person who is also an agent or an expert.

    On cases of their own team, or to which they were invited, they are on the agents' side; on other cases they are
    referents (may_read_audience in permissions.py).
    """
    source = 'recipient JOIN cases ON cases.id = recipient."case"'
    condition, alone = QueryString("{} AND {}", condition, _NOT_LEFT), [condition, _NOT_LEFT]
    if helpers:
        alone.append(QueryString(f"cases.team NOT IN ({', '.join(['{}'] * len(helpers))})", *helpers))
    if actor.role == PlatformRole.EXPERT:
        yield _build_agent_path(source, [condition, QueryString(f"EXISTS {_INVITATION_SQL}", actor.id)], actor, scan)
        alone.append(QueryString(f"NOT EXISTS {_INVITATION_SQL}", actor.id))
    conditions = [*alone, *_iter_view_conditions(actor, scan.view, Side.REFERENT)]
    columns = f'recipient."case", recipient.last_event, {_OWN_TURN_SQL} AS your_turn, 1 AS by_team'
    yield _build_scan_query(columns, source, "recipient.last_event", conditions, scan.extra_filter(True), scan)


def _build_agent_path(source: str, conditions: list[QueryString], actor: Actor, scan: IndexScan) -> QueryString:
    turn = "CASE WHEN cases.next_side = 'agent' THEN 1 ELSE 0 END"
    columns = f'cases.id AS "case", cases.last_event, {turn} AS your_turn, 0 AS by_team'
    conditions = [*conditions, *_iter_view_conditions(actor, scan.view, Side.AGENT)]
    return _build_scan_query(columns, source, "cases.last_event", conditions, scan.extra_filter(False), scan)


def _iter_view_conditions(actor: Actor, view: View, side: Side) -> Iterator[QueryString]:
    yield QueryString(CLOSED_SQL if view == View.CLOSED else OPEN_SQL)
    if view == View.TO_HANDLE:
        yield QueryString(f"{'cases' if side == Side.AGENT else 'recipient'}.next_side = '{side}'")
    if view == View.MINE:
        yield QueryString("cases.author = {}", actor.id)


def _build_scan_query(
    columns: str,
    source: str,
    order_column: str,
    conditions: list[QueryString],
    extra_condition: Condition | None,
    scan: IndexScan,
) -> QueryString:
    if scan.past_event is not None:
        conditions = [
            *conditions,
            QueryString(f"{order_column} {'>' if scan.ascending else '<'} {{}}", scan.past_event),
        ]
    if scan.past_query:
        end = "< (SELECT min" if scan.order == Order.RECENT else "> (SELECT max"
        conditions = [*conditions, QueryString(f"{order_column} {end}(last_event) FROM {scan.past_query})")]  # nosec B608
    if scan.newer_than is not None:
        conditions = [*conditions, QueryString(f"{order_column} > {{}}", scan.newer_than)]
    if extra_condition is not None:
        conditions = [*conditions, extra_condition.querystring]
    all_of = " AND ".join(["{}"] * len(conditions))
    end = f"ORDER BY {order_column} {_sort_direction(scan)} LIMIT {scan.limit}"
    return QueryString(f"SELECT {columns} FROM {source} WHERE {all_of} {end}", *conditions)  # noqa: S608 # nosec B608


def _sort_direction(scan: IndexScan) -> str:
    return "ASC" if scan.ascending else "DESC"
