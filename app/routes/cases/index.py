"""The list: views with their figures, filters kept in the address, pages that begin where another ended."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.case_status import OPEN, Status
from app.domain.cases.draft.view import drafts_of
from app.domain.cases.inbox.counters import Figures, figures_of, organisations_near
from app.domain.cases.inbox.filters import Filters, Order, View
from app.domain.cases.inbox.listing import list_cases
from app.domain.opaque_ids import Use
from app.routes.query_params import Query, address
from app.routes.respond import page
from app.text import labels
from app.text.formats import figure

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
        after=query.hidden(Use.ROW, "apres"),
        before=query.hidden(Use.ROW, "avant"),
    )


def address_of(filters: Filters) -> str:
    """The query that shows these filters again, from the beginning."""
    return address(
        vue=filters.view.value,
        statut=filters.status,
        organisme=filters.organisation,
        urgente="oui" if filters.urgent else "",
        souffrance="oui" if filters.late else "",
        q=filters.words,
        tri=filters.order.value if filters.order != Order.RECENT else "",
    )


@get("/demandes")
async def list_page(request: Req, now: NamedDependency[datetime]) -> Response[Any]:
    """Its own figures are the menu's too: app/routes/deps.py counts none for it."""
    actor, filters = request.user, read_filters(Query(request.query_params))
    figures = await figures_of(actor)
    request.state.to_handle = figures.views[View.TO_HANDLE]
    if filters.view == View.DRAFTS:
        shown: dict[str, Any] = {"drafts": await drafts_of(actor)}
    else:
        shown = {"listing": await list_cases(actor, filters, now), "organisations": await organisations_near(actor)}
    return page(
        "cases/index.html",
        actor=actor,
        filters=filters,
        query=address_of(filters),
        filtered=bool(filters.status or filters.organisation or filters.urgent or filters.late or filters.words),
        since=figures.latest,
        **shown,
        **views_context(actor, filters, figures),
    )


def views_context(actor: Actor, filters: Filters, figures: Figures) -> dict[str, Any]:
    """The tabs with their figures; those that only an agent needs are left out for others."""
    hidden = set() if actor.opens_cases else {View.MINE, View.DRAFTS}
    return {
        "views": [(view, labels.VIEW[view], figure(figures.views[view])) for view in View if view not in hidden],
        "current_view": filters.view,
        "statuses": [(status.value, labels.STATUS[status]) for status in OPEN],
        "oob": False,
    }
