"""What is new since an event, as the HTML that replaces the old, rendered for this viewer's rights.

The stream (stream.py) sends it as it happens. Where something on the way holds the stream back or cuts it, the page
asks for it: « If-None-Match » says what it already shows, 304 that nothing is new.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import readable_case
from app.domain.cases.events import EventKind
from app.domain.cases.inbox.changes import cases_changed
from app.domain.cases.inbox.counters import figures_of
from app.domain.cases.inbox.filters import View
from app.domain.cases.inbox.listing import lines_listed
from app.domain.cases.lifecycle.opening import OpenedCase, open_to
from app.domain.cases.page.load import read_novelty
from app.domain.cases.thread.read_receipts import latest_event, read_up_to
from app.domain.errors import NoLongerYours
from app.domain.opaque_ids import Use, hide, reveal
from app.routes.cases.index import read_filters, views_context
from app.routes.cases.show import about_actor, case_context, case_use
from app.routes.deps import provide_now
from app.routes.query_params import Query

Req = Request[Any, Any, Any]
TURNS = (EventKind.CLOSED, EventKind.REOPENED, EventKind.SUSPENDED, EventKind.RESUMED)
PANELS = {
    EventKind.COMPLETED: "cases/_citizen.html",
    **dict.fromkeys(
        (
            EventKind.TAKEN,
            EventKind.RELEASED,
            EventKind.IRRELEVANT,
            EventKind.RETRACTED,
            EventKind.TRANSFERRED,
            EventKind.TEAM_INVITED,
            EventKind.TEAM_MERGED,
            EventKind.TEAM_CLOSED,
            EventKind.SUSPENDED,
            EventKind.RESUMED,
        ),
        "cases/_particulars.html",
    ),
}
"""What is drawn again beside the thread, and after what. An opening redraws nothing: it is told to each open page."""
News = Callable[[Actor, str], Awaitable[tuple[str, str]]]
"""The HTML that the viewer has missed since an event, empty when there is none, and the latest event that it tells,
both as pages write them (app/domain/opaque_ids.py). Where the event cannot be read, what the page would show now: it is
a page of another key, of an older version, or of other rights.
"""


@get("/nouvelles")
async def list_news(request: Req) -> Response[Any]:
    return await _answer(request, news_of_list(request))


@get("/demandes/{case_id:uuid}/nouvelles")
async def case_news(request: Req, case_id: FromPath[UUID]) -> Response[Any]:
    return await _answer(request, news_of_case(request, case_id))


def news_of_list(request: Req) -> News:
    filters = read_filters(Query(request.query_params))

    async def news(actor: Actor, shown: str) -> tuple[str, str]:
        case_ids, last = await cases_changed(actor, reveal(Use.LIST_NEWS, shown) or 0)
        if not case_ids:
            return "", hide(Use.LIST_NEWS, last)
        now = await provide_now(request.app.state)
        listed, figures = await lines_listed(actor, filters, case_ids, now), await figures_of(actor)
        request.state.to_handle = figures.views[View.TO_HANDLE]
        lines = [(case_id, listed.get(case_id)) for case_id in case_ids]
        context = {**views_context(actor, filters, figures), "lines": lines, "oob": True}
        return _render(request, "cases/live_list.html", context), hide(Use.LIST_NEWS, last)

    return news


def news_of_case(request: Req, case_id: UUID) -> News:
    async def news(actor: Actor, shown: str) -> tuple[str, str]:
        case = await readable_case(actor, case_id)
        after = reveal(case_use(actor, case), shown)
        if after is not None and latest_event(actor, case) <= after:
            return "", shown
        now = await provide_now(request.app.state)
        opened = await open_to(actor, case, now)
        context = await (_whole(actor, opened, now) if after is None else _novelty(actor, opened, after, now))
        return _render(request, "cases/live_case.html", context), context["seen"]

    return news


async def _whole(actor: Actor, case: OpenedCase, now: datetime) -> dict[str, Any]:
    """For a page whose mark cannot be read: the whole page but its forms, which may hold words that are half typed."""
    context = await case_context(actor, case, now)
    await read_up_to(actor, case, context["last_event"], context["read"], now)
    shown = {"whole": True, "arrivals": context["entries"], "panels": sorted(set(PANELS.values()))}
    return {**context, **shown, "new": [], "changed": [], "oob": True}


async def _novelty(actor: Actor, case: OpenedCase, after: int, now: datetime) -> dict[str, Any]:
    """What is new, read from now on: the thread alone, unless what happened shows elsewhere on the page."""
    new = await read_novelty(actor, case, after, now)
    last_event = new.entries[-1].event_id
    await read_up_to(actor, case, last_event, new.read, now)
    kinds = {entry.kind for entry in new.entries}
    around = {**about_actor(actor, case, now), "case": new.case, "attachments": new.attachments}
    if kinds.intersection((*TURNS, *PANELS)):
        around = await case_context(actor, case, now)
    return {
        **around,
        "panels": sorted({PANELS[kind] for kind in kinds if kind in PANELS}),
        "whole": False,
        "arrivals": new.entries,
        "new": new.entries,
        "changed": new.changed,
        "changeable": new.changeable,
        "seen": hide(case_use(actor, case), last_event),
        "oob": True,
        "errors": {},
    }


def said_in_place(request: Req, error: NoLongerYours) -> str:
    """To a page of a case that its person may read no more."""
    return _render(request, "cases/ended.html", {"ended": error.ended})


def shown_already(request: Req) -> str:
    """The latest event that the page shows, as it says it. A relay that compresses makes the tag a weak one: W/"…"."""
    tag = request.headers.get("if-none-match", "").removeprefix("W/").strip('"')
    return request.headers.get("last-event-id") or tag or str(request.query_params.get("depuis") or "")


async def _answer(request: Req, news: News) -> Response[Any]:
    html, last = await news(request.user, shown_already(request))
    tag = {"ETag": f'"{last}"'}
    if not html:
        return Response(None, status_code=304 if "if-none-match" in request.headers else 204, headers=tag)
    return Response(html.strip(), media_type=MediaType.HTML, headers=tag)


def _render(request: Req, template: str, context: dict[str, Any]) -> str:
    engine = request.app.template_engine
    return str(engine.get_template(template).render(request=request, **context))  # type: ignore[union-attr]
