"""What is new since an event, as the HTML that replaces the old, rendered for this viewer's rights.

The stream (live.py) sends it as it happens. Where something on the way holds the stream back or cuts it, the page asks
for it: « If-None-Match » says what it already shows, 304 that nothing is new.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.events import EventKind
from app.domain.cases.facts import readable_case
from app.domain.cases.figures import figures_of
from app.domain.cases.filters import View
from app.domain.cases.listing import lines_listed
from app.domain.cases.opening import OpenedCase, open_to
from app.domain.cases.reading import latest_event, read_up_to
from app.domain.cases.sheet import read_novelty
from app.domain.cases.stream import cases_changed
from app.routes import access
from app.routes.cases.index import read_filters, views_context
from app.routes.cases.show import about_actor, case_context
from app.routes.deps import provide_now
from app.routes.query import Query

Req = Request[Any, Any, Any]
TURNS = (EventKind.CLOSED, EventKind.REOPENED)
PANELS = {
    EventKind.COMPLETED: "cases/_citizen.html",
    **dict.fromkeys(
        (
            EventKind.TAKEN,
            EventKind.RELEASED,
            EventKind.IRRELEVANT,
            EventKind.TRANSFERRED,
            EventKind.TEAM_INVITED,
            EventKind.TEAM_MERGED,
            EventKind.TEAM_CLOSED,
        ),
        "cases/_particulars.html",
    ),
}
"""What is drawn again beside the thread, and after what. An opening redraws nothing: it is told to each open page."""
News = Callable[[Actor, int], Awaitable[tuple[str, int]]]
"""The HTML that the viewer has missed since an event, empty when there is none, and the latest event it tells."""


@get("/nouvelles", guards=[access.signed_in])
async def list_news(request: Req) -> Response[Any]:
    return await _answer(request, news_of_list(request))


@get("/demandes/{case_id:uuid}/nouvelles", guards=[access.signed_in])
async def case_news(request: Req, case_id: FromPath[UUID]) -> Response[Any]:
    return await _answer(request, news_of_case(request, case_id))


def news_of_list(request: Req) -> News:
    filters = read_filters(Query(request.query_params))

    async def news(actor: Actor, after: int) -> tuple[str, int]:
        case_ids, last = await cases_changed(actor, after)
        if not case_ids:
            return "", last
        now = await provide_now(request.app.state)
        listed, figures = await lines_listed(actor, filters, case_ids, now), await figures_of(actor)
        request.state.to_handle = figures.views[View.TO_HANDLE]
        lines = [(case_id, listed.get(case_id)) for case_id in case_ids]
        context = {**views_context(actor, filters, figures), "lines": lines, "oob": True}
        return _render(request, "cases/live_list.html", context), last

    return news


def news_of_case(request: Req, case_id: UUID) -> News:
    async def news(actor: Actor, after: int) -> tuple[str, int]:
        case = await readable_case(actor, case_id)
        if latest_event(actor, case) <= after:
            return "", after
        now = await provide_now(request.app.state)
        context = await _novelty(actor, await open_to(actor, case, now), after, now)
        return _render(request, "cases/live_case.html", context), context["last_event"]

    return news


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
        "new": new.entries,
        "changed": new.changed,
        "changeable": new.changeable,
        "last_event": last_event,
        "oob": True,
        "errors": {},
    }


def shown_already(request: Req) -> int:
    """The latest event that the page shows. A relay that compresses makes the tag a weak one: W/"12"."""
    tag = request.headers.get("if-none-match", "").removeprefix("W/").strip('"')
    asked: str = request.headers.get("last-event-id") or tag or request.query_params.get("depuis") or ""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0


async def _answer(request: Req, news: News) -> Response[Any]:
    html, last = await news(request.user, shown_already(request))
    tag = {"ETag": f'"{last}"'}
    if not html:
        return Response(None, status_code=304 if "if-none-match" in request.headers else 204, headers=tag)
    return Response(html.strip(), media_type=MediaType.HTML, headers=tag)


def _render(request: Req, template: str, context: dict[str, Any]) -> str:
    engine = request.app.template_engine
    return str(engine.get_template(template).render(request=request, **context))  # type: ignore[union-attr]
