"""A body that hardly comes: 408. No proxy of deploy/ measures a rate: nginx waits between two reads, Caddy in all.

Source: security.md T33, T52; ASVS 15.3.
"""

import asyncio

from litestar.exceptions import HTTPException
from litestar.types import HTTPReceiveMessage, Receive, Scope

from app.routes.middleware.csrf import SAFE_METHODS

GRACE_SECONDS = 60.0
"""Seconds for nothing at all: a weak line is silent for several at a time."""
MIN_BYTES_PER_SECOND = 1_000
"""Bytes a second, on average, beyond that. A weak line of 50 kbit/s brings six times as many."""


class SlowBodyError(HTTPException):
    """app/routes/errors.py says it in French and closes the connection."""

    status_code = 408


def limit_body_time(scope: Scope, receive: Receive) -> Receive:
    """The same messages, each waited for as long as the body has earned. Raises SlowBodyError when it is read."""
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
        """A complete body is waited for no more: what follows is the end of the connection, hours later perhaps."""
        if self._until is None or message["type"] != "http.request" or not message["more_body"]:
            self._until = None
        else:
            self._until += len(message["body"]) / MIN_BYTES_PER_SECOND
