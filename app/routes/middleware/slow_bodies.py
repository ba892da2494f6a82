"""A body that arrives too slowly gets 408. The proxies of deploy/ measure no rate: nginx limits the time between two
reads, Caddy the total time.

Source: security.md T33, T52; ASVS 15.3.
"""

import asyncio

from litestar.exceptions import HTTPException
from litestar.types import HTTPReceiveMessage, Receive, Scope

from app.routes.middleware.csrf import SAFE_METHODS

GRACE_SECONDS = 60.0
"""Seconds granted to every body: a slow line can be silent for several seconds."""
MIN_BYTES_PER_SECOND = 1_000
"""Average rate beyond the grace time. A slow line of 50 kbit/s has six times as many."""


class SlowBodyError(HTTPException):
    """app/routes/errors.py says it in French and closes the connection."""

    status_code = 408


def limit_body_time(scope: Scope, receive: Receive) -> Receive:
    """Wraps receive with a deadline that each received byte extends. Once it is over, reading raises SlowBodyError."""
    return receive if scope.get("method") in SAFE_METHODS else _TimedReceive(receive)


class _TimedReceive:
    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._until: float | None = asyncio.get_running_loop().time() + GRACE_SECONDS

    async def __call__(self) -> HTTPReceiveMessage:
        try:
            async with asyncio.timeout_at(self._until):
                message: HTTPReceiveMessage = await self._receive()  # type: ignore[assignment]
        except TimeoutError:
            raise SlowBodyError from None
        self._extend_deadline(message)
        return message

    def _extend_deadline(self, message: HTTPReceiveMessage) -> None:
        """No deadline after a complete body: the next message is the end of the connection, possibly hours later."""
        if self._until is None or message["type"] != "http.request" or not message["more_body"]:
            self._until = None
        else:
            self._until += len(message["body"]) / MIN_BYTES_PER_SECOND
