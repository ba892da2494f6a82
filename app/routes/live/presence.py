"""The line of an open case that says who else of one's side is there (app/domain/cases/presence.py).

A stream sends it when it has changed. A page whose stream comes back has emptied its line (app/static/app.js).
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.presence import NO_OTHERS, OthersPresent, Visitor, load_others_present
from app.routes.live.sse import Queue
from app.routes.live.updates import LoadUpdates, Req, render_template


def follow_presence(request: Req, case_id: UUID, news: LoadUpdates) -> LoadUpdates:
    """`news`, followed by what has changed in the line."""
    shown = None if _was_drawn_with_others(request) else NO_OTHERS

    async def with_presence(actor: Actor, last: str) -> tuple[str, str]:
        nonlocal shown
        html, last = await news(actor, last)
        present = await _load_present(actor, case_id, request.app.state.presence.list_present(case_id))
        if present != shown:
            html += render_template(request, "cases/live_presence.html", {"presence": present, "shown": shown})
            shown = present
        return html, last

    return with_presence


def _was_drawn_with_others(request: Req) -> bool:
    """For the first stream of a page."""
    return "presence" in request.query_params and "last-event-id" not in request.headers


async def _load_present(actor: Actor, case_id: UUID, present: Mapping[Visitor, bool]) -> OthersPresent:
    if all(one.person_id == actor.id for one in present):
        return NO_OTHERS
    return await load_others_present(actor, await load_readable_case(actor, case_id), present)


async def hold_visit(
    request: Req, queue: Queue, visitor: Visitor | None, events: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    """The events of a stream, whose person has the case open until it ends. visitor is None for an ended right."""
    state: Any = request.app.state
    visit = state.presence.enter(visitor, lambda: state.bus.wake(queue)) if visitor else None
    try:
        async with aclosing(events):
            async for event in events:
                yield event
    finally:
        if visit:
            state.presence.leave(visit)
