"""The filters of a list: in its address, and remembered by the browser from one day to the next.

The cookie has the filters by place, person and subject, the order and the density, as numbers, after the number of the
person who chose them. It has no word that was searched. An address with one of these parameters replaces it.
"""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request

from app.domain.accounts.actor import Actor
from app.domain.case_status import OPEN_STATUSES, Status
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.views import View, find_first_view
from app.domain.opaque_ids import IdPurpose
from app.routes.query_params import QueryParams, encode_query
from app.routes.respond import ResponseT, build_cookie_name, make_cookie

Req = Request[Any, Any, Any]
LIST_COOKIE = build_cookie_name("aplus_liste")
_COOKIE_SECONDS = 180 * 24 * 3600
_REMEMBERED = ("territoire", "structure", "agent", "sujet", "tri", "densite")
"""Parameters of the address."""
_CODE = re.compile(r"[A-Za-z0-9-]{1,12}")
"""A number, a code of an area or of a choice: no word that a link of another site brings is remembered."""


def read_filters(request: Req) -> Filters:
    """Unknown values are ignored."""
    query = QueryParams(read_list_params(request))
    words = query.read_text("q")
    status = query.read_choice(Status, "statut")
    return Filters(
        view=_read_view(request, query, words),
        status=status if status in OPEN_STATUSES else None,
        organisation=query.read_number("organisme"),
        urgent="urgente" in query.values,
        late="souffrance" in query.values,
        unread="non-lue" in query.values,
        area=query.read_text("territoire"),
        office=query.read_number("structure"),
        agent=query.read_number("agent"),
        subject=query.read_number("sujet"),
        words=words,
        order=query.read_choice(Order, "tri") or Order.DUE,
        after=query.read_opaque_id(IdPurpose.LIST_POSITION, "apres"),
        before=query.read_opaque_id(IdPurpose.LIST_POSITION, "avant"),
    )


def _read_view(request: Req, query: QueryParams, words: str) -> View:
    """Words are looked for in all that the person reads: on the phone, a closed case is asked for too."""
    view = query.read_choice(View, "vue") or find_first_view(request.user)
    if words:
        return View.FOUND
    return find_first_view(request.user) if view == View.FOUND else view


def read_list_params(request: Req) -> dict[str, str]:
    """The parameters of the address; of those that are remembered, from the cookie if the address has none."""
    query = dict(request.query_params)
    if any(name in query for name in _REMEMBERED):
        return query
    return _read_remembered(request) | query


def is_compact(request: Req) -> bool:
    return read_list_params(request).get("densite") == "compacte"


def build_query(filters: Filters, *, compact: bool = False) -> str:
    """The query string of these filters, on the first page."""
    return encode_query(
        vue=filters.view.value,
        statut=filters.status,
        organisme=filters.organisation,
        urgente="oui" if filters.urgent else "",
        souffrance="oui" if filters.late else "",
        **{"non-lue": "oui" if filters.unread else ""},
        territoire=filters.area,
        structure=filters.office,
        agent=filters.agent,
        sujet=filters.subject,
        q=filters.words,
        tri=filters.order.value,
        densite="compacte" if compact else "",
    )


def build_clear_query(filters: Filters, *, compact: bool) -> str:
    """The same view and order, without any filter; after a search, the first view."""
    return build_query(Filters(view=filters.view, order=filters.order), compact=compact)


def count_chosen(filters: Filters) -> int:
    """The filters of « Plus de filtres » that are chosen."""
    chosen = (filters.status, filters.organisation, filters.area, filters.office, filters.agent, filters.subject)
    return sum(map(bool, (*chosen, filters.urgent, filters.late, filters.unread)))


def is_filtered(filters: Filters) -> bool:
    return replace(filters, after=None, before=None) != Filters(view=filters.view, order=filters.order)


def remember_filters(request: Req, response: ResponseT) -> ResponseT:
    """Only if the address names one of them, and another value than the cookie: a page sets no cookie again."""
    query = request.query_params
    chosen = {name: value for name in _REMEMBERED if _CODE.fullmatch(value := query.get(name, ""))}
    if any(name in query for name in _REMEMBERED) and chosen != _read_remembered(request):
        value = f"{request.user.id}.{encode_query(**chosen)}"
        response.set_cookie(make_cookie(LIST_COOKIE, value, max_age=_COOKIE_SECONDS))
    return response


def _read_remembered(request: Req) -> dict[str, str]:
    actor: Actor = request.user
    person, _, kept = request.cookies.get(LIST_COOKIE, "").partition(".")
    return {name: value for name, value in parse_qsl(kept) if name in _REMEMBERED} if person == str(actor.id) else {}
