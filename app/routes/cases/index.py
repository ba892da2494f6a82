"""The list: views with their counts, filters kept in the address, pages."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app import labels
from app.domain.accounts.actor import Actor
from app.domain.cases.draft import drafts_of
from app.domain.cases.listing import Filters, Order, View, count_views, list_cases, organisations_met
from app.domain.cases.statuses import OPEN, Status
from app.domain.cases.stream import latest_event
from app.routes import access
from app.routes.forms import readable
from app.routes.respond import page

Req = Request[Any, Any, Any]


def read_filters(query: Any) -> Filters:
    """The address's filters; what is no filter of ours is ignored."""
    status = query.get("statut", "")
    return Filters(
        view=View(query["vue"]) if query.get("vue") in list(View) else View.OPEN,
        status=Status(status) if status in OPEN else None,
        organisation=_number(query.get("organisme", "")),
        urgent="urgente" in query,
        late="souffrance" in query,
        words=query.get("q", "")[:100] if readable(query.get("q", "")) else "",
        order=Order(query["tri"]) if query.get("tri") in list(Order) else Order.RECENT,
        page=_number(query.get("page", "")) or 1,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None


def address_of(filters: Filters) -> str:
    """The query that shows these filters again, without the page."""
    chosen = {
        "vue": filters.view.value,
        "statut": filters.status.value if filters.status else "",
        "organisme": filters.organisation or "",
        "urgente": "oui" if filters.urgent else "",
        "souffrance": "oui" if filters.late else "",
        "q": filters.words,
        "tri": filters.order.value if filters.order != Order.RECENT else "",
    }
    return urlencode({name: value for name, value in chosen.items() if value})


@get("/demandes", guards=[access.signed_in])
async def list_page(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    filters = read_filters(request.query_params)
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
