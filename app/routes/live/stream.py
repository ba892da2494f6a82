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
from app.domain.authentication.identify import Recognised, recognise
from app.domain.cases.access import readable_case
from app.domain.errors import NoLongerYours, NotFound
from app.domain.platform.state import reading_only
from app.routes.deps import provide_now
from app.routes.live.sse import Queue, event_stream
from app.routes.live.updates import News, Req, news_of_case, news_of_list, said_in_place, shown_already
from app.routes.middleware.authentication import SESSION_COOKIE

PING = b"event: p\ndata:\n\n"
IDLE = 25.0
RETRY_AFTER = "60"
Matters = Callable[[Any], bool]
"""Whether what the bus tells may change this page: of a case, what happens to it, and what is about no case."""


@get("/flux")
async def stream_list(request: Req) -> ASGIApp:
    return _stream(request, news_of_list(request), lambda told: True)


@get("/demandes/{case_id:uuid}/flux")
async def stream_case(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> ASGIApp:
    with suppress(NoLongerYours):  # said by the stream, which then ends
        await readable_case(actor, case_id)
    return _stream(request, news_of_case(request, case_id), about(case_id))


def about(case_id: UUID) -> Matters:
    return lambda told: getattr(told, "case_id", case_id) == case_id


def _stream(request: Req, news: News, matters: Matters) -> ASGIApp:
    """One too many is told to ask instead, without a page: htmx would show it."""
    if not request.app.state.bus.has_room_for(request.user):
        return ASGIResponse(status_code=429, media_type=MediaType.TEXT, headers={"Retry-After": RETRY_AFTER})
    return event_stream(request.app.state.bus, request.user, lambda queue: events(request, queue, news, matters))


async def events(request: Req, queue: Queue, news: News, matters: Matters) -> AsyncGenerator[bytes, None]:
    """The idle time runs from what was sent last: a look that finds nothing leaves no trace in the stream's rhythm."""
    bus = request.app.state.bus
    last, heard, idle_until = shown_already(request), [None], _idle_until()
    yield PING
    while bus.holds(queue):
        async with bus.looking:
            # what was announced so far was committed before: one look finds it all
            found = await _look(request, queue, news, last, [*heard, *filter(matters, _hear(queue))])
        if found is None:
            return
        if isinstance(found, NoLongerYours):
            yield _encode(said_in_place(request, found), last)
            return
        html, last = found
        if html:
            yield _encode(html, last)
            idle_until = _idle_until()
        heard = await _wake_up(queue, matters, idle_until)
        if not heard:
            yield PING
            heard, idle_until = [None], _idle_until()


async def _look(
    request: Req, queue: Queue, news: News, last: str, heard: list[Any]
) -> tuple[str, str] | NoLongerYours | None:
    """What is new, and the latest event that it tells; None once the session has ended, NoLongerYours with the right.

    Nothing is new when all that was heard is about lines that the actor may no longer read. None among what was heard
    stands for a look in any case.
    """
    asking = await _still_there(request)
    if asking.actor is None or not request.app.state.bus.holds(queue):
        return None
    request.app.state.bus.recognise(queue, asking.actor)
    if not any(one is None or one.concerns(asking.actor) for one in heard):
        return "", last
    try:
        with reading_only(on=asking.platform.read_only):
            return await news(asking.actor, last)
    except NoLongerYours as ended:
        return ended
    except NotFound:
        return None


def _idle_until() -> float:
    return asyncio.get_running_loop().time() + IDLE


async def _wake_up(queue: Queue, matters: Matters, idle_until: float) -> list[Any]:
    """What happened that matters to this page; nothing once the idle time is over."""
    try:
        async with asyncio.timeout_at(idle_until):
            while True:
                if heard := list(filter(matters, [await queue.get(), *_hear(queue)])):
                    return heard
    except TimeoutError:
        return []


def _hear(queue: Queue) -> list[Any]:
    """All that was announced and not heard yet."""
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def _still_there(request: Req) -> Recognised:
    """Asked again at each turn, and there is one every 25 s: a closed session ends the stream."""
    return await recognise(request.cookies.get(SESSION_COOKIE, ""), await provide_now(request.app.state))


def _encode(html: str, event: str) -> bytes:
    """Line by line as it stands: a blank line in a message is part of it."""
    data = "".join(f"data: {line}\n" for line in html.strip().split("\n"))
    return f"id: {event}\n{data}\n".encode()
