"""Measures every response of the application, and logs every refused request."""

import logging
import time
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.routes.middleware.client_address import read_office_network
from app.server.metrics import METHODS, Metrics

log = logging.getLogger("aplus.access")
_FORM_ERROR_STATUS = 422
"""An invalid form that is shown again is not a refused request."""


class AccessLog:
    """Logs the route’s template, because a path contains ids and secrets. A signed-in person is logged by number;
    otherwise the network is logged, never the full address of one machine (ASVS 16.2.1, 16.3.2).
    """

    def __init__(self, application: ASGIApp, metrics: Metrics) -> None:
        self._application, self._metrics = application, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._application(scope, receive, send)
            return
        begun = time.monotonic()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._record_response(scope, message["status"], time.monotonic() - begun)
            await send(message)

        await self._application(scope, receive, note)

    def _record_response(self, scope: Scope, status: int, seconds: float) -> None:
        asked, route = str(scope.get("method")), str(scope.get("path_template") or "none")
        method = asked if asked in METHODS else "other"  # a client may send any word as a method
        self._metrics.record_response(method, route, status, None if route.endswith("/flux") else seconds)
        if status >= 400 and status != _FORM_ERROR_STATUS:
            facts = {"route": route, "method": method, "status": status, "ms": round(seconds * 1000)}
            log.info("request_failed", extra={**facts, **_identify_client(scope)})


def _identify_client(scope: Scope) -> dict[str, Any]:
    person = getattr(scope.get("user"), "id", None)
    return {"person": person} if person is not None else {"network": read_office_network(ASGIConnection(scope))}
