"""« Équipes »: the teams that one may see, with a search; views with their counts."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, duties_of
from app.domain.teams.creation import may_open_teams
from app.domain.teams.listing import (
    SHORT,
    TeamFilters,
    TeamView,
    areas_seen,
    count_views,
    list_teams,
    organisations_seen,
)
from app.routes.query_params import Query, address
from app.routes.respond import page
from app.text.labels.teams import TEAM_VIEW

PATH = "/equipes"


def read_filters(query: Query) -> TeamFilters:
    """The address's filters; what is no filter of ours is ignored."""
    return TeamFilters(
        view=query.one_of(TeamView, "vue") or TeamView.OPEN,
        words=query.text("q"),
        area=query.text("territoire")[:3],
        organisation=query.number("organisme"),
        page=query.number("page") or 1,
    )


def address_of(filters: TeamFilters) -> str:
    """The query that shows these filters again, without the page."""
    view = filters.view.value if filters.view != TeamView.OPEN else ""
    return address(vue=view, q=filters.words, territoire=filters.area, organisme=filters.organisation)


@get(PATH)
async def list_teams_page(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Response[Any]:
    filters = read_filters(Query(request.query_params))
    counts = await count_views(actor)
    return page(
        "teams/index.html",
        filters=filters,
        query=address_of(filters),
        filtered=bool(filters.words or filters.area or filters.organisation),
        listing=await list_teams(actor, filters),
        views=[(view, TEAM_VIEW[view], counts[view]) for view in TeamView],
        keeps=Duty.KEEP_TEAMS in duties_of(actor),
        may_open=may_open_teams(actor),
        searchable=sum(counts.values()) > SHORT,
        areas=await areas_seen(actor),
        organisations=await organisations_seen(actor),
    )
