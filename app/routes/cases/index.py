"""The list of cases: views with their counts, filters in the address, keyset pagination."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor, Side
from app.domain.case_number import is_mistyped
from app.domain.case_status import OPEN_STATUSES
from app.domain.cases.draft.draft import list_drafts
from app.domain.cases.inbox.counters import ListCounts, load_list_counts
from app.domain.cases.inbox.filter_choices import Choice, load_filter_choices
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import choose_order, list_cases
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.views import View, is_only_referent, list_views
from app.domain.cases.search.record import record_search
from app.routes.cases.list_filters import (
    build_clear_query,
    build_query,
    count_chosen,
    is_compact,
    is_filtered,
    read_filters,
    remember_filters,
)
from app.routes.home import find_home, has_case_list
from app.routes.respond import build_page, redirect_after_post
from app.text import labels
from app.text.labels.several import MARKS, SEVERAL_BUTTON, Gesture

Req = Request[Any, Any, Any]


@get("/demandes")
async def show_list(request: Req, now: NamedDependency[datetime]) -> Response[Any]:
    """Who reads no case goes on to what waits for them, and not to an empty list."""
    if has_case_list(request.user) or request.query_params:
        return await build_list_page(request, now)
    return redirect_after_post(find_home(request.user))


async def build_list_page(request: Req, now: datetime, **context: Any) -> Response[Any]:
    """Its counts also serve the menu, for which app/routes/deps.py then counts nothing.

    context: what was done to several rows (several.py).
    """
    actor, filters, compact = request.user, read_filters(request), is_compact(request)
    figures = await load_list_counts(actor, now)
    request.state.to_handle = figures.views[View.TO_HANDLE]
    page = build_page(
        "cases/index.html",
        actor=actor,
        filters=filters,
        chosen=count_chosen(filters),
        only_referent=is_only_referent(actor),
        compact=compact,
        mistyped=is_mistyped(filters.words),
        since=figures.latest_event,
        **await _load_list(actor, filters, now),
        **build_views_context(actor, filters, figures),
        **build_filters_context(filters, compact=compact),
        **{"result": None, "several": _list_gestures(actor, filters.view), **context},
    )
    return remember_filters(request, page)


async def _load_list(actor: Actor, filters: Filters, now: datetime) -> dict[str, Any]:
    if filters.view == View.DRAFTS:
        return {"drafts": await list_drafts(actor)}
    if filters.after is None and filters.before is None:
        await record_search(actor, filters.words, now)
    return {
        "listing": await list_cases(actor, filters, now),
        "choices": await load_filter_choices(actor, filters.view, now),
    }


def build_views_context(actor: Actor, filters: Filters, figures: ListCounts) -> dict[str, Any]:
    """The tabs with their counts."""
    return {
        "views": [(view, labels.VIEW[view], figures.views[view]) for view in list_views(actor)],
        "current_view": filters.view,
        "statuses": [Choice(status.value, labels.STATUS[status]) for status in OPEN_STATUSES],
        "orders": list(map(Choice._make, _list_orders(actor, filters).items())),
        "oob": False,
    }


def build_filters_context(filters: Filters, *, compact: bool) -> dict[str, Any]:
    """The addresses of the list with these filters, and without."""
    return {
        "query": build_query(filters, compact=compact),
        "cleared": build_clear_query(filters, compact=compact),
        "filtered": is_filtered(filters),
    }


def _list_gestures(actor: Actor, view: View) -> dict[Gesture, str]:
    """The buttons for ticked rows: of a closed case, and on the agents' side, only the marks."""
    all_of_them = view != View.CLOSED and actor.list_teams(Side.REFERENT)
    return SEVERAL_BUTTON if all_of_them else {gesture: SEVERAL_BUTTON[gesture] for gesture in MARKS}


def _list_orders(actor: Actor, filters: Filters) -> dict[Order, str]:
    """What comes first by default is not the same for both sides (ordering.py), nor in each view (choose_order).

    Where nothing is due, « Filtrer » still sends the order that is remembered for the other views.
    """
    orders = labels.ORDER | ({} if is_only_referent(actor) else {Order.DUE: labels.ORDER_OF_AGENTS})
    if choose_order(replace(filters, order=Order.DUE)) == Order.DUE:
        return orders
    default = Order.DUE if filters.order == Order.OLDEST else filters.order
    return {default: orders[Order.RECENT], Order.OLDEST: orders[Order.OLDEST]}
