"""Around the whole application: each answer is measured, each refusal is one line of the journal."""

import logging
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.measures import Measures

log = logging.getLogger("aplus.answers")
_TOLD = frozenset({400, 401, 403, 409, 413, 429})


class Answered:
    """By the route's template: a path holds ids and secrets. A person is their number."""

    def __init__(self, application: ASGIApp, measures: Measures) -> None:
        self._application, self._measures = application, measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._application(scope, receive, send)
            return
        begun = time.monotonic()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"], time.monotonic() - begun)
            await send(message)

        await self._application(scope, receive, note)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], scope.get("path_template") or "none"  # type: ignore[typeddict-item]
        self._measures.answered(method, route, status, None if route.endswith("/flux") else seconds)
        if status in _TOLD or status >= 500:
            person = scope.get("user")
            facts = {"route": route, "method": method, "status": status, "ms": round(seconds * 1000)}
            log.info("refused", extra={**facts, "person": getattr(person, "id", None)})
