"""The list of cases: views with their counts, filters in the address, keyset pagination."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.case_status import OPEN_STATUSES, Status
from app.domain.cases.draft.draft import list_drafts
from app.domain.cases.inbox.counters import ListCounts, list_nearby_organisations, load_list_counts
from app.domain.cases.inbox.filters import Filters, Order, View
from app.domain.cases.inbox.listing import list_cases
from app.domain.opaque_ids import IdPurpose
from app.routes.query_params import QueryParams, encode_query
from app.routes.respond import build_page
from app.text import labels
from app.text.formats import format_capped_count

Req = Request[Any, Any, Any]


def read_filters(query: QueryParams) -> Filters:
    """Unknown values are ignored."""
    status = query.read_choice(Status, "statut")
    return Filters(
        view=query.read_choice(View, "vue") or View.OPEN,
        status=status if status in OPEN_STATUSES else None,
        organisation=query.read_number("organisme"),
        urgent="urgente" in query.values,
        late="souffrance" in query.values,
        words=query.read_text("q"),
        order=query.read_choice(Order, "tri") or Order.RECENT,
        after=query.read_opaque_id(IdPurpose.LIST_POSITION, "apres"),
        before=query.read_opaque_id(IdPurpose.LIST_POSITION, "avant"),
    )


def address_of(filters: Filters) -> str:
    """The query string of these filters, on the first page."""
    return encode_query(
        vue=filters.view.value,
        statut=filters.status,
        organisme=filters.organisation,
        urgente="oui" if filters.urgent else "",
        souffrance="oui" if filters.late else "",
        q=filters.words,
        tri=filters.order.value if filters.order != Order.RECENT else "",
    )


@get("/demandes")
async def show_list(request: Req, now: NamedDependency[datetime]) -> Response[Any]:
    """Its counts also serve the menu, for which app/routes/deps.py then counts nothing."""
    actor, filters = request.user, read_filters(QueryParams(request.query_params))
    figures = await load_list_counts(actor)
    request.state.to_handle = figures.views[View.TO_HANDLE]
    if filters.view == View.DRAFTS:
        shown: dict[str, Any] = {"drafts": await list_drafts(actor)}
    else:
        shown = {
            "listing": await list_cases(actor, filters, now),
            "organisations": await list_nearby_organisations(actor),
        }
    return build_page(
        "cases/index.html",
        actor=actor,
        filters=filters,
        query=address_of(filters),
        filtered=bool(filters.status or filters.organisation or filters.urgent or filters.late or filters.words),
        since=figures.latest_event,
        **shown,
        **build_views_context(actor, filters, figures),
    )


def build_views_context(actor: Actor, filters: Filters, figures: ListCounts) -> dict[str, Any]:
    """The tabs with their counts. View.MINE and View.DRAFTS are for agents only."""
    hidden = set() if actor.may_open_cases else {View.MINE, View.DRAFTS}
    return {
        "views": [
            (view, labels.VIEW[view], format_capped_count(figures.views[view])) for view in View if view not in hidden
        ],
        "current_view": filters.view,
        "statuses": [(status.value, labels.STATUS[status]) for status in OPEN_STATUSES],
        "oob": False,
    }
