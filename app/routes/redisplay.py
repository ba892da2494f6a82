"""Shows a refused form again with what was typed: a decorator of POST handlers.

Statuses are those of app/domain/errors.py. A 404 or a 410 never shows the form: app/routes/errors.py answers.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from math import ceil
from typing import Any

from litestar import Request, Response

from app.domain.errors import AccessDenied, Conflict, DomainError, Forbidden, Invalid, TooManyRequests
from app.text import formats

Handler = Callable[..., Awaitable[Response[Any]]]


@dataclass(frozen=True)
class Refusal:
    """What the page shows. Either fields (field name -> what to correct) or message is empty."""

    fields: dict[str, str]
    message: str
    status: int
    retry_after: int = 0
    """Seconds; 0 except for a 429."""

    def one_field(self, name: str) -> dict[str, str]:
        """For a page that shows the message beside this field."""
        return self.fields or {name: self.message}


def describe_refusal(error: Invalid | Conflict | Forbidden | TooManyRequests) -> Refusal:
    if isinstance(error, Invalid):
        return Refusal(error.fields, "", 422)
    if isinstance(error, TooManyRequests):
        message = formats.format_wait(error.retry_at, error.retry_after, error.reason)
        return Refusal({}, message, 429, retry_after=max(1, ceil(error.retry_after.total_seconds())))
    return Refusal({}, str(error), 409 if isinstance(error, Conflict) else 403)


def note_denied_access(request: Request[Any, Any, Any], error: DomainError) -> None:
    """app/routes/middleware/authentication.py records it in the audit log after the answer."""
    request.state.denied_case = error.denied_case
    request.state.denied = isinstance(error, Forbidden | AccessDenied)


def redisplay(show_again: Handler) -> Callable[[Handler], Handler]:
    """show_again takes the refusal, and the parameters of the handler that it names. To be put below @post.

    A domain error of show_again itself is answered by app/routes/errors.py.

    Raises TypeError at import when the handler lacks `request` or a parameter that show_again names.
    """
    wanted = signature(show_again).parameters.keys() - {"refusal"}

    def decorate(handler: Handler) -> Handler:
        if missing := {*wanted, "request"} - signature(handler).parameters.keys():
            raise TypeError(f"{handler.__module__}.{handler.__name__} lacks {', '.join(sorted(missing))}")

        @wraps(handler)  # Litestar reads the signature of the handler through it
        async def answer(**given: Any) -> Response[Any]:
            try:
                return await handler(**given)
            except (Invalid, Conflict, Forbidden, TooManyRequests) as error:
                refusal = describe_refusal(error)
                note_denied_access(given["request"], error)
            # Outside the except block the error is gone, and with it the frames that hold the request: no reference
            # cycle.
            shown = await show_again(refusal, **{name: given[name] for name in wanted})
            shown.status_code = refusal.status
            if refusal.retry_after:
                shown.headers["Retry-After"] = str(refusal.retry_after)
            return shown

        return answer

    return decorate
