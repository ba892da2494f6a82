"""The counts of a person's list: exact, all in one statement, each by an index of the person's teams."""

from dataclasses import dataclass
from datetime import datetime

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import AccessPath, list_access_paths
from app.domain.cases.inbox.views import View, build_view_condition, list_views
from db.tables.cases import Case


@dataclass(frozen=True)
class ListCounts:
    """Cases of each view without other filters, and the last event that the actor may read."""

    views: dict[View, int]
    latest_event: int


async def load_list_counts(actor: Actor, now: datetime) -> ListCounts:
    """Of the views that the actor's pages name, and of OPEN: it has what a search finds."""
    views = [view for view in View if view in {*list_views(actor), View.OPEN} - {View.DRAFTS}]
    (row,) = await Case.raw(
        """SELECT counted.*, (SELECT count(*) FROM cases WHERE author = {} AND status = 'draft') AS drafts
        FROM ({}) AS counted""",
        actor.id,
        _build_count_query(actor, views, now),
    )
    counts = {view: row[f"count_{number}"] for number, view in enumerate(views)}
    return ListCounts({**dict.fromkeys(View, 0), **counts, View.DRAFTS: row["drafts"]}, row["latest"] or 0)


async def count_to_handle(actor: Actor, now: datetime) -> int:
    """The number beside « Mes demandes »."""
    (row,) = await Case.raw("{}", _build_count_query(actor, [View.TO_HANDLE], now))
    return int(row["count_0"])


def _build_count_query(actor: Actor, views: list[View], now: datetime) -> QueryString:
    """One row: count_0 and so on, one for each view, and latest. A case on several paths counts once."""
    paths = list_access_paths(actor)
    closings = sorted({view == View.CLOSED for view in views})
    parts = [_build_part(actor, path, views, now, closed=closed) for path in paths for closed in closings]
    once = 'count(DISTINCT CASE WHEN in_{0} = 1 THEN "case" END)' if len(paths) > 1 else "sum(in_{0})"
    counts = ", ".join(f"coalesce({once.format(number)}, 0) AS count_{number}" for number, _ in enumerate(views))
    none = ", ".join(f"0 AS in_{number}" for number, _ in enumerate(views))
    each = " UNION ALL ".join(["SELECT * FROM ({}) AS path"] * len(parts))
    return QueryString(
        f"""SELECT {counts}, max(last_event) AS latest
        FROM ({each or f'SELECT id AS "case", last_event, {none} FROM cases WHERE 1 = 0'}) AS paths""",  # noqa: S608 # nosec B608
        *parts,
    )


def _build_part(actor: Actor, path: AccessPath, views: list[View], now: datetime, *, closed: bool) -> QueryString:
    """Open cases and closed ones apart: each half has an index of its own."""
    shown = [
        build_view_condition(actor, view, by_team=path.by_team, now=now) if (view == View.CLOSED) == closed else None
        for view in views
    ]
    flags = ", ".join(
        f"0 AS in_{number}" if condition is None else f"CASE WHEN {{}} THEN 1 ELSE 0 END AS in_{number}"
        for number, condition in enumerate(shown)
    )
    source = path.joined if View.MINE in views and not closed else path.source
    conditions = [*path.conditions, path.build_open_condition(closed=closed)]
    return QueryString(
        f"""SELECT {path.case_id} AS "case", {path.last_event} AS last_event, {flags}
        FROM {source} WHERE {" AND ".join(["{}"] * len(conditions))}""",  # noqa: S608 # nosec B608
        *[condition for condition in shown if condition is not None],
        *conditions,
    )
