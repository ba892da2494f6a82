"""The counts of a person's list. They stop at COUNT_LIMIT + 1, which pages show as « plus de 1 000 »."""

from dataclasses import dataclass
from typing import Any

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.cases.inbox.access_paths import IndexScan, build_access_query
from app.domain.cases.inbox.filters import View
from app.domain.cases.inbox.ordering import COUNT_LIMIT
from db.tables.cases import Case
from db.tables.organisations import Organisation

_COUNTED_VIEWS = (View.TO_HANDLE, View.OPEN, View.MINE, View.CLOSED)


@dataclass(frozen=True)
class ListCounts:
    """Cases of each view without other filters, and the last event that the actor may read."""

    views: dict[View, int]
    latest_event: int


async def load_list_counts(actor: Actor) -> ListCounts:
    counts = [_build_count_query(actor, view) for view in _COUNTED_VIEWS]
    latest = build_access_query(actor, IndexScan(View.OPEN, 1), IndexScan(View.CLOSED, 1))
    (row,) = await Case.raw(
        f"""SELECT {", ".join(f"({{}}) AS count_{number}" for number, _ in enumerate(counts))},
        (SELECT count(*) FROM (SELECT 1 FROM cases WHERE author = {{}} AND status = 'draft'
            LIMIT {COUNT_LIMIT + 1}) AS own) AS drafts,
        (SELECT max(last_event) FROM ({{}}) AS known) AS latest""",  # noqa: S608 # nosec B608
        *(*counts, actor.id, latest),
    )
    views = {view: row[f"count_{number}"] for number, view in enumerate(_COUNTED_VIEWS)}
    return ListCounts(views | {View.DRAFTS: row["drafts"]}, row["latest"] or 0)


async def count_to_handle(actor: Actor) -> int:
    """The number beside « Mes demandes »."""
    (row,) = await Case.raw("SELECT ({}) AS figure", _build_count_query(actor, View.TO_HANDLE))
    return int(row["figure"])


def _build_count_query(actor: Actor, view: View) -> QueryString:
    return QueryString(
        "SELECT count(*) FROM ({}) AS counted", build_access_query(actor, IndexScan(view, COUNT_LIMIT + 1))
    )


async def list_nearby_organisations(actor: Actor) -> list[dict[str, Any]]:
    """The organisation filter's choices: id and acronym of operators with a team in the areas of the actor's teams.

    An expert gets the operators of every area.
    """
    teams = [seat.team_id for seat in actor.seats]
    if actor.role == PlatformRole.EXPERT:
        near = QueryString("1 = 1")
    else:
        listed = ", ".join(["{}"] * len(teams)) or "NULL"
        near = QueryString(f"area IN (SELECT area FROM team_area WHERE team IN ({listed}))", *teams)  # noqa: S608 # nosec B608
    rows = await Organisation.raw(
        """SELECT id, acronym FROM organisation WHERE kind = 'operator' AND id IN (
            SELECT team.organisation FROM team JOIN team_area ON team_area.team = team.id WHERE {})""",
        near,
    )
    return sorted(rows, key=lambda row: str(row["acronym"]))
