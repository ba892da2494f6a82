"""The list: views with their counts, filters kept in the address, pages."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app import labels
from app.domain.accounts.actor import Actor
from app.domain.cases.draft import drafts_of
from app.domain.cases.filters import Filters, Order, View
from app.domain.cases.listing import count_views, list_cases, organisations_met
from app.domain.cases.statuses import OPEN, Status
from app.domain.cases.stream import latest_event
from app.routes import access
from app.routes.query import Query, address
from app.routes.respond import page

Req = Request[Any, Any, Any]


def read_filters(query: Query) -> Filters:
    """The address's filters; what is no filter of ours is ignored."""
    status = query.one_of(Status, "statut")
    return Filters(
        view=query.one_of(View, "vue") or View.OPEN,
        status=status if status in OPEN else None,
        organisation=query.number("organisme"),
        urgent="urgente" in query.values,
        late="souffrance" in query.values,
        words=query.text("q"),
        order=query.one_of(Order, "tri") or Order.RECENT,
        page=query.number("page") or 1,
    )


def address_of(filters: Filters) -> str:
    """The query that shows these filters again, without the page."""
    return address(
        vue=filters.view.value,
        statut=filters.status,
        organisme=filters.organisation,
        urgente="oui" if filters.urgent else "",
        souffrance="oui" if filters.late else "",
        q=filters.words,
        tri=filters.order.value if filters.order != Order.RECENT else "",
    )


@get("/demandes", guards=[access.signed_in])
async def list_page(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    filters = read_filters(Query(request.query_params))
    drafts = await drafts_of(actor) if filters.view == View.DRAFTS else []
    return page(
        "cases/index.html",
        actor=actor,
        filters=filters,
        query=address_of(filters),
        filtered=bool(filters.status or filters.organisation or filters.urgent or filters.late or filters.words),
        listing=await list_cases(actor, filters, now),
        drafts=drafts,
        since=await latest_event(actor),
        organisations=await organisations_met(actor),
        **await views_context(actor, filters),
    )


async def views_context(actor: Actor, filters: Filters) -> dict[str, Any]:
    """The tabs with their figures; those that only an agent needs are left out for others."""
    counts = await count_views(actor)
    hidden = set() if actor.opens_cases else {View.MINE, View.DRAFTS}
    return {
        "views": [(view, labels.VIEW[view], counts[view]) for view in View if view not in hidden],
        "current_view": filters.view,
        "statuses": [(status.value, labels.STATUS[status]) for status in OPEN],
        "oob": False,
    }
