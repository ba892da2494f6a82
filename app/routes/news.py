"""What is new since an event, as the HTML that replaces the old, rendered for this viewer's rights.

The stream (live.py) sends it as it happens. Where something on the way holds the stream back or cuts it, the page asks
for it: « If-None-Match » says what it already shows, 304 that nothing is new.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.facts import readable_case, visible_case
from app.domain.cases.listing import count_to_handle, line_if_listed
from app.domain.cases.reading import read_up_to_now
from app.domain.cases.stream import cases_changed
from app.domain.cases.thread import read_thread
from app.routes import access
from app.routes.cases.index import read_filters, views_context
from app.routes.cases.show import case_context
from app.routes.deps import provide_now
from app.routes.query import Query

Req = Request[Any, Any, Any]
News = Callable[[Actor, int], Awaitable[tuple[str, int]]]
"""The HTML that the viewer has missed since an event, empty when there is none, and the latest event it tells."""


@get("/nouvelles", guards=[access.signed_in])
async def list_news(request: Req) -> Response[Any]:
    return await _answer(request, news_of_list(request))


@get("/demandes/{case_id:uuid}/nouvelles", guards=[access.signed_in])
async def case_news(request: Req, case_id: FromPath[UUID]) -> Response[Any]:
    await readable_case(request.user, case_id)
    return await _answer(request, news_of_case(request, case_id))


def news_of_list(request: Req) -> News:
    filters = read_filters(Query(request.query_params))

    async def news(actor: Actor, after: int) -> tuple[str, int]:
        case_ids, last = await cases_changed(actor, after)
        if not case_ids:
            return "", last
        now = await provide_now(request.app.state)
        lines = [(case_id, await line_if_listed(actor, filters, case_id, now)) for case_id in case_ids]
        context = {**await views_context(actor, filters), "lines": lines, "oob": True}
        return await _render(request, actor, "cases/live_list.html", context), last

    return news


def news_of_case(request: Req, case_id: UUID) -> News:
    async def news(actor: Actor, after: int) -> tuple[str, int]:
        case = await visible_case(actor, case_id)
        new = await read_thread(actor, case, after=after)
        if not new:
            return "", after
        now = await provide_now(request.app.state)
        await read_up_to_now(actor, case, now)
        context = {**await case_context(actor, case, now), "new": new, "oob": True, "errors": {}}
        changed = {entry.message_id for entry in new if entry.message_id}
        context["fresh"] = [entry for entry in context["entries"] if entry in new or entry.message_id in changed]
        return await _render(request, actor, "cases/live_case.html", context), new[-1].event_id

    return news


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


async def _render(request: Req, actor: Actor, template: str, context: dict[str, Any]) -> str:
    request.state.to_handle = await count_to_handle(actor)
    engine = request.app.template_engine
    return str(engine.get_template(template).render(request=request, **context))  # type: ignore[union-attr]
