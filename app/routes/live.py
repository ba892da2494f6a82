"""The stream of a page: each change as the HTML that replaces the old, rendered for this viewer's rights.

« depuis », then Last-Event-ID, say what the page already shows: a reconnection misses nothing.
An idle stream sends a few bytes every 25 s, so that a dead line is noticed on both sides.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from app.domain.accounts.actor import Actor, load_actor
from app.domain.cases.facts import readable_case, visible_case
from app.domain.cases.listing import count_to_handle, line_if_listed
from app.domain.cases.reading import read_up_to_now
from app.domain.cases.stream import cases_changed
from app.domain.cases.thread import read_thread
from app.domain.errors import NotFound
from app.domain.login.sessions import find_session
from app.domain.platform import in_maintenance, reading_only
from app.routes import access
from app.routes.authentication import SESSION_COOKIE
from app.routes.cases.index import read_filters, views_context
from app.routes.cases.show import case_context
from app.routes.deps import provide_now
from app.routes.query import Query

Req = Request[Any, Any, Any]
Changes = Callable[[Actor, int], Awaitable[tuple[str, int]]]
PING = b"event: p\ndata:\n\n"
IDLE = 25.0


@get("/flux", guards=[access.signed_in])
async def stream_list(request: Req) -> Stream:
    filters = read_filters(Query(request.query_params))

    async def changes(actor: Actor, after: int) -> tuple[str, int]:
        case_ids, last = await cases_changed(actor, after)
        if not case_ids:
            return "", last
        now = await provide_now(request.app.state)
        lines = [(case_id, await line_if_listed(actor, filters, case_id, now)) for case_id in case_ids]
        context = {**await views_context(actor, filters), "lines": lines, "oob": True}
        return await _render(request, actor, "cases/live_list.html", context), last

    return _stream(request, changes)


@get("/demandes/{case_id:uuid}/flux", guards=[access.signed_in])
async def stream_case(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Stream:
    await readable_case(actor, case_id)

    async def changes(actor: Actor, after: int) -> tuple[str, int]:
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

    return _stream(request, changes)


def _stream(request: Req, changes: Changes) -> Stream:
    return Stream(
        _events(request, changes),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _since(request: Req) -> int:
    asked: str = request.headers.get("last-event-id") or request.query_params.get("depuis") or ""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0


async def _events(request: Req, changes: Changes) -> AsyncIterator[bytes]:
    bus = request.app.state.bus
    queue = bus.subscribe(request.user)
    last = _since(request)
    try:
        while not bus.closed:
            with reading_only(on=await in_maintenance()):
                actor = await _still_there(request)
                if actor is None:
                    return
                html, last = await changes(actor, last)
            if html:
                yield _encode(html, last)
            if not await _wake_up(queue):
                yield PING
    except NotFound:
        return
    finally:
        bus.unsubscribe(queue)


async def _wake_up(queue: "asyncio.Queue[Any]") -> bool:
    """True when something happened, False when nothing did for a while."""
    try:
        await asyncio.wait_for(queue.get(), IDLE)
    except TimeoutError:
        return False
    while not queue.empty():
        queue.get_nowait()
    return True


async def _still_there(request: Req) -> Actor | None:
    """Asked again at each turn: a closed session or a deactivated person ends the stream within 25 s."""
    token = request.cookies.get(SESSION_COOKIE, "")
    session = await find_session(token, await provide_now(request.app.state))
    return await load_actor(session.person_id) if session else None


async def _render(request: Req, actor: Actor, template: str, context: dict[str, Any]) -> str:
    request.state.to_handle = await count_to_handle(actor)
    engine = request.app.template_engine
    return str(engine.get_template(template).render(request=request, **context))  # type: ignore[union-attr]


def _encode(html: str, event_id: int) -> bytes:
    """Line by line as it stands: a blank line in a message is part of it."""
    data = "".join(f"data: {line}\n" for line in html.strip().split("\n"))
    return f"id: {event_id}\n{data}\n".encode()
