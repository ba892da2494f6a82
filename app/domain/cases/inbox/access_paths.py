"""Queries for a person's list, one for each path by which they may see cases, each by an index of their own team.

The paths are their team's own cases, the cases that a team of theirs received, and those to which they were invited as
an expert: the rule of visibility.py. No path reads the cases of other teams. The indexes are in db/migrations/
(initial_tables.sql, working_together_tables.sql).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor, Side
from app.domain.cases.inbox.views import View, build_view_condition
from app.domain.cases.inbox.visibility import Condition

OPEN_SQL = "cases.status IN ('new', 'seen', 'answered') AND cases.erased_at IS NULL"
CLOSED_SQL = "cases.status = 'closed' AND cases.erased_at IS NULL"
ExtraFilter = Callable[[bool], Condition | None]
"""Builds a further condition, None for none. Its argument says whether the actor reads internal notes on this path."""
_NOT_LEFT = QueryString("recipient.left_at IS NULL")
_INVITATION_SQL = '(SELECT 1 FROM guest WHERE guest."case" = cases.id AND guest.person = {})'
_RECEIVED_SQL = 'recipient JOIN cases ON cases.id = recipient."case"'
UNREAD_SQL = """coalesce((SELECT coalesce(unread_after, read_receipt.last_event) FROM read_receipt
    WHERE read_receipt."case" = {id} AND read_receipt.person = {{}}), 0) < {event}"""
"""To format with the names of a case and of its last event. A sub-select for each row: with a join, PostgreSQL reads
every receipt of the person."""


def add_no_filter(internal: bool) -> None:
    return None


@dataclass(frozen=True)
class AccessPath:
    """by_team: the actor reads these cases as a referent, so that turn, lateness and last event are the team's."""

    source: str
    conditions: tuple[QueryString, ...]
    by_team: bool

    @property
    def case_id(self) -> str:
        return 'recipient."case"' if self.by_team else "cases.id"

    @property
    def last_event(self) -> str:
        return "recipient.last_event" if self.by_team else "cases.last_event"

    @property
    def joined(self) -> str:
        return self.source if "cases" in self.source else _RECEIVED_SQL

    def build_open_condition(self, *, closed: bool) -> QueryString:
        if self.by_team:
            return QueryString(f"recipient.open = {'FALSE' if closed else 'TRUE'}")
        return QueryString(CLOSED_SQL if closed else OPEN_SQL)


@dataclass(frozen=True)
class Selection:
    """Which cases of each path. newer_than: only those with a later event, the `limit` latest."""

    view: View
    now: datetime
    extra_filter: ExtraFilter = add_no_filter
    unread: bool = False
    newer_than: int | None = None
    limit: int | None = None


def list_access_paths(actor: Actor) -> list[AccessPath]:
    """A case may be on several of a person's paths. None of them names its side twice: by_team is the same on each."""
    return list(_iter_paths(actor))


def _iter_paths(actor: Actor) -> Iterator[AccessPath]:
    expert, helpers = actor.is_expert, actor.list_teams(Side.AGENT)
    for team in helpers:
        yield AccessPath("cases", (QueryString("cases.team = {}", team),), by_team=False)
    for team in actor.list_teams(Side.REFERENT):
        received = (QueryString("recipient.team = {}", team), _NOT_LEFT)
        if expert or helpers:
            yield from _iter_mixed_role_paths(received, helpers, actor)
        else:
            yield AccessPath("recipient", received, by_team=True)
    if expert:
        invited = QueryString("guest.person = {}", actor.id)
        readable = QueryString("(cases.status <> 'closed' OR cases.closed_by = {})", actor.id)
        yield AccessPath('guest JOIN cases ON cases.id = guest."case"', (invited, readable), by_team=False)


def _iter_mixed_role_paths(received: tuple[QueryString, ...], helpers: list[int], actor: Actor) -> Iterator[AccessPath]:
    """For a person who is also an agent or an expert.

    On cases of their own team, or to which they were invited, they are on the agents' side; on other cases they are
    referents (may_read_audience in permissions.py).
    """
    alone = [*received]
    if helpers:
        alone.append(QueryString(f"cases.team NOT IN ({', '.join(['{}'] * len(helpers))})", *helpers))
    if actor.is_expert:
        invited = QueryString(f"EXISTS {_INVITATION_SQL}", actor.id)
        yield AccessPath(_RECEIVED_SQL, (*received, invited), by_team=False)
        alone.append(QueryString("NOT {}", invited))
    yield AccessPath(_RECEIVED_SQL, tuple(alone), by_team=True)


def build_access_query(actor: Actor, *selections: Selection) -> QueryString:
    """Rows of "case", last_event, your_turn, by_team, late_from, urgent and answered, each case once.

    last_event is the last one that the actor may read. your_turn (0 or 1): of one of the actor's teams. late_from: the
    earliest of theirs. answered (0 or 1): the case is Répondue.
    """
    found = [path for one in selections for path in _iter_selections(actor, one)]
    each = " UNION ALL ".join(["SELECT * FROM ({}) AS path"] * len(found)) or _NO_CASE_SQL
    return QueryString(
        f"""SELECT "case", max(last_event) AS last_event, max(your_turn) AS your_turn, by_team,
        min(late_from) AS late_from, max(urgent) AS urgent, max(answered) AS answered
        FROM ({each}) AS paths GROUP BY "case", by_team""",  # noqa: S608 # nosec B608
        *found,
    )


_NO_CASE_SQL = """SELECT id AS "case", last_event, 1 AS your_turn, 0 AS by_team, late_from, 0 AS urgent, 0 AS answered
    FROM cases WHERE 1 = 0"""


_CLOSINGS = {View.CLOSED: (True,), View.FOUND: (False, True)}
"""Open cases and closed ones have an index each. Of other views, those that are open."""


def _iter_selections(actor: Actor, selection: Selection) -> Iterator[QueryString]:
    for path in list_access_paths(actor):
        shown = build_view_condition(actor, selection.view, by_team=path.by_team, now=selection.now)
        if shown is not None:
            for closed in _CLOSINGS.get(selection.view, (False,)):
                yield _build_selection(actor, path, selection, shown, closed=closed)


def _build_selection(
    actor: Actor, path: AccessPath, selection: Selection, shown: QueryString, *, closed: bool
) -> QueryString:
    turn, late_from = (
        ("recipient.next_side = 'referent'", "recipient.late_from")
        if path.by_team
        else ("cases.next_side = 'agent'", "cases.late_from")
    )
    columns = f"""{path.case_id} AS "case", {path.last_event} AS last_event,
        CASE WHEN {turn} THEN 1 ELSE 0 END AS your_turn, {int(path.by_team)} AS by_team, {late_from} AS late_from,
        CASE WHEN cases.urgent THEN 1 ELSE 0 END AS urgent,
        CASE WHEN cases.status = 'answered' THEN 1 ELSE 0 END AS answered"""
    conditions = [*path.conditions, path.build_open_condition(closed=closed), shown]
    conditions += _iter_further_conditions(actor, path, selection)
    all_of = " AND ".join(["{}"] * len(conditions))
    end = f"ORDER BY {path.last_event} DESC LIMIT {selection.limit}" if selection.limit else ""
    return QueryString(f"SELECT {columns} FROM {path.joined} WHERE {all_of} {end}", *conditions)  # noqa: S608 # nosec B608


def _iter_further_conditions(actor: Actor, path: AccessPath, selection: Selection) -> Iterator[QueryString]:
    if selection.newer_than is not None:
        yield QueryString(f"{path.last_event} > {{}}", selection.newer_than)
    if selection.unread:
        yield QueryString(UNREAD_SQL.format(id=path.case_id, event=path.last_event), actor.id)
    extra = selection.extra_filter(path.by_team)
    if extra is not None:
        yield extra.querystring
