"""« Équipes »: the teams that the actor may see, with search and views."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, list_duties
from app.domain.teams.creation import may_open_teams
from app.domain.teams.listing import (
    SEARCH_THRESHOLD,
    TeamFilters,
    TeamView,
    count_views,
    list_teams,
    list_visible_areas,
    list_visible_organisations,
)
from app.routes.query_params import QueryParams, encode_query
from app.routes.respond import build_page
from app.text.labels.teams import TEAM_VIEW

PATH = "/equipes"


def read_filters(query: QueryParams) -> TeamFilters:
    """Unknown values are ignored."""
    return TeamFilters(
        view=query.read_choice(TeamView, "vue") or TeamView.OPEN,
        words=query.read_text("q"),
        area=query.read_text("territoire")[:3],
        organisation=query.read_number("organisme"),
        page=query.read_number("page") or 1,
    )


def address_of(filters: TeamFilters) -> str:
    """The query string of these filters, on the first page."""
    view = filters.view.value if filters.view != TeamView.OPEN else ""
    return encode_query(vue=view, q=filters.words, territoire=filters.area, organisme=filters.organisation)


@get(PATH)
async def list_teams_page(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Response[Any]:
    filters = read_filters(QueryParams(request.query_params))
    counts = await count_views(actor)
    return build_page(
        "teams/index.html",
        filters=filters,
        query=address_of(filters),
        filtered=bool(filters.words or filters.area or filters.organisation),
        listing=await list_teams(actor, filters),
        views=[(view, TEAM_VIEW[view], counts[view]) for view in TeamView],
        keeps=Duty.MANAGE_TEAMS in list_duties(actor),
        may_open=may_open_teams(actor),
        searchable=sum(counts.values()) > SEARCH_THRESHOLD,
        areas=await list_visible_areas(actor),
        organisations=await list_visible_organisations(actor),
    )
