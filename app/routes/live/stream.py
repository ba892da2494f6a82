"""The stream of live updates of an open page (updates.py).

« depuis », then Last-Event-ID, say what the page already shows, so that a reconnection misses nothing. One read finds
everything that happened while the stream waited for a slot (app/gateways/live/bus.py).

A ping is sent at once, so that the page detects a proxy that buffers. Then one every 25 s without updates, so that both
sides detect a dead connection.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp

from app.domain.accounts.actor import Actor
from app.domain.authentication.request_context import RequestContext, load_request_context
from app.domain.cases.access import load_readable_case
from app.domain.cases.live_update import NO_EVENT
from app.domain.cases.presence import Visitor, build_visitor
from app.domain.errors import AccessEnded, NotFound
from app.domain.platform.state import set_read_only
from app.routes.deps import provide_now
from app.routes.live.presence import follow_presence, hold_visit
from app.routes.live.set_aside import follow_set_aside
from app.routes.live.sse import Queue, make_event_stream
from app.routes.live.updates import (
    LoadUpdates,
    Req,
    make_case_updates,
    make_list_updates,
    read_last_shown,
    render_access_end,
)
from app.routes.middleware.authentication import SESSION_COOKIE

PING = b"event: p\ndata:\n\n"
IDLE_SECONDS = 25.0
RETRY_AFTER = "60"
SignalFilter = Callable[[Any], bool]
"""Whether a signal of the bus may change this page."""


@get("/flux")
async def stream_list(request: Req) -> ASGIApp:
    touched = set[UUID]()
    return _open_stream(request, make_list_updates(request, touched), make_list_filter(touched))


@get("/demandes/{case_id:uuid}/flux")
async def stream_case(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> ASGIApp:
    visitor = None
    with suppress(AccessEnded):  # the stream reports it, then ends
        visitor = build_visitor(actor, await load_readable_case(actor, case_id))
    updates = follow_set_aside(request, case_id, make_case_updates(request, case_id))
    updates = follow_presence(request, case_id, updates)
    return _open_stream(request, updates, make_case_filter(case_id), visitor)


def make_list_filter(touched: set[UUID]) -> SignalFilter:
    """Each signal matters. Those without an event leave their case in `touched`, for the next read."""

    def matters(notice: Any) -> bool:
        if getattr(notice, "event_id", None) == NO_EVENT:
            touched.add(notice.case_id)
        return True

    return matters


def make_case_filter(case_id: UUID) -> SignalFilter:
    return lambda notice: getattr(notice, "case_id", case_id) == case_id


def _open_stream(request: Req, news: LoadUpdates, matters: SignalFilter, visitor: Visitor | None = None) -> ASGIApp:
    """429 above the number of streams allowed. Plain text, since htmx would show a page. The page then polls."""
    if not request.app.state.bus.has_room_for(request.user):
        return ASGIResponse(status_code=429, media_type=MediaType.TEXT, headers={"Retry-After": RETRY_AFTER})
    return make_event_stream(
        request.app.state.bus,
        request.user,
        lambda queue: hold_visit(request, queue, visitor, stream_events(request, queue, news, matters)),
    )


async def stream_events(
    request: Req, queue: Queue, news: LoadUpdates, matters: SignalFilter
) -> AsyncGenerator[bytes, None]:
    """The idle time counts from the last event sent, so that its rhythm does not reveal reads that found nothing."""
    bus = request.app.state.bus
    last, heard, idle_until = read_last_shown(request), [None], _compute_idle_deadline()
    yield PING
    while bus.has_stream(queue):
        async with bus.read_slots:
            # each signal heard so far was sent after its commit: one read finds all of them
            found = await _read_updates(request, queue, news, last, [*heard, *filter(matters, _drain(queue))])
        if found is None:
            return
        if isinstance(found, AccessEnded):
            yield _encode_event(render_access_end(request, found), last)
            return
        html, last = found
        if html:
            yield _encode_event(html, last)
            idle_until = _compute_idle_deadline()
        heard = await _wait_for_signals(queue, matters, idle_until)
        if not heard:
            yield PING
            heard, idle_until = [None], _compute_idle_deadline()


async def _read_updates(
    request: Req, queue: Queue, news: LoadUpdates, last: str, heard: list[Any]
) -> tuple[str, str] | AccessEnded | None:
    """The new HTML and the last event in it. AccessEnded with the lost right, None once the session has ended.

    The HTML is empty when the actor may read none of the signals. None among the signals forces a read.
    """
    asking = await _recognise_again(request)
    if asking.actor is None or not request.app.state.bus.has_stream(queue):
        return None
    request.app.state.bus.update_actor(queue, asking.actor)
    if not any(one is None or one.is_visible_to(asking.actor) for one in heard):
        return "", last
    try:
        with set_read_only(on=asking.platform.read_only):
            return await news(asking.actor, last)
    except AccessEnded as ended:
        return ended
    except NotFound:
        return None


def _compute_idle_deadline() -> float:
    return asyncio.get_running_loop().time() + IDLE_SECONDS


async def _wait_for_signals(queue: Queue, matters: SignalFilter, idle_until: float) -> list[Any]:
    """The signals that matter to this page. Empty when the idle time is over."""
    try:
        async with asyncio.timeout_at(idle_until):
            while True:
                if heard := list(filter(matters, [await queue.get(), *_drain(queue)])):
                    return heard
    except TimeoutError:
        return []


def _drain(queue: Queue) -> list[Any]:
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def _recognise_again(request: Req) -> RequestContext:
    """Runs before each read, at least every 25 s, so that a closed session ends the stream."""
    return await load_request_context(request.cookies.get(SESSION_COOKIE, ""), await provide_now(request.app.state))


def _encode_event(html: str, event: str) -> bytes:
    """Line by line: a blank line of a message must not end the event."""
    data = "".join(f"data: {line}\n" for line in html.strip().split("\n"))
    return f"id: {event}\n{data}\n".encode()
