"""The stream of a page: what is new (updates.py), as it happens.

« depuis », then Last-Event-ID, say what the page already shows: a reconnection misses nothing. What happens while a
stream waits for its turn to look (app/gateways/live/bus.py), it finds in one look.
It speaks at once, so that a page knows when something on the way holds it back; then, idle, a few bytes every 25 s, so
that a dead line is noticed on both sides.
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
from app.domain.authentication.identify import RequestContext, load_request_context
from app.domain.cases.access import load_readable_case
from app.domain.errors import AccessEnded, NotFound
from app.domain.platform.state import set_read_only
from app.routes.deps import provide_now
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
"""Whether what the bus tells may change this page: of a case, what happens to it, and what is about no case."""


@get("/flux")
async def stream_list(request: Req) -> ASGIApp:
    return _open_stream(request, make_list_updates(request), lambda told: True)


@get("/demandes/{case_id:uuid}/flux")
async def stream_case(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> ASGIApp:
    with suppress(AccessEnded):  # said by the stream, which then ends
        await load_readable_case(actor, case_id)
    return _open_stream(request, make_case_updates(request, case_id), make_case_filter(case_id))


def make_case_filter(case_id: UUID) -> SignalFilter:
    return lambda told: getattr(told, "case_id", case_id) == case_id


def _open_stream(request: Req, news: LoadUpdates, matters: SignalFilter) -> ASGIApp:
    """One too many is told to ask instead, without a page: htmx would show it."""
    if not request.app.state.bus.has_room_for(request.user):
        return ASGIResponse(status_code=429, media_type=MediaType.TEXT, headers={"Retry-After": RETRY_AFTER})
    return make_event_stream(
        request.app.state.bus, request.user, lambda queue: stream_events(request, queue, news, matters)
    )


async def stream_events(
    request: Req, queue: Queue, news: LoadUpdates, matters: SignalFilter
) -> AsyncGenerator[bytes, None]:
    """The idle time runs from what was sent last: a look that finds nothing leaves no trace in the stream's rhythm."""
    bus = request.app.state.bus
    last, heard, idle_until = read_last_shown(request), [None], _compute_idle_deadline()
    yield PING
    while bus.has_stream(queue):
        async with bus.read_slots:
            # what was announced so far was committed before: one look finds it all
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
    """What is new, and the latest event that it tells; None once the session has ended, NoLongerYours with the right.

    Nothing is new when all that was heard is about lines that the actor may no longer read. None among what was heard
    stands for a look in any case.
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
    """What happened that matters to this page; nothing once the idle time is over."""
    try:
        async with asyncio.timeout_at(idle_until):
            while True:
                if heard := list(filter(matters, [await queue.get(), *_drain(queue)])):
                    return heard
    except TimeoutError:
        return []


def _drain(queue: Queue) -> list[Any]:
    """All that was announced and not heard yet."""
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def _recognise_again(request: Req) -> RequestContext:
    """Asked again at each turn, and there is one every 25 s: a closed session ends the stream."""
    return await load_request_context(request.cookies.get(SESSION_COOKIE, ""), await provide_now(request.app.state))


def _encode_event(html: str, event: str) -> bytes:
    """Line by line as it stands: a blank line in a message is part of it."""
    data = "".join(f"data: {line}\n" for line in html.strip().split("\n"))
    return f"id: {event}\n{data}\n".encode()
