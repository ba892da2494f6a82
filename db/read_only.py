"""Reading only: while it lasts nothing is written, whatever asks. Kept beside the engines: no verb goes round it.

Held by a request's or a stream's own context; workers ask the platform's state instead (app/domain/platform/state.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_reading_only: ContextVar[bool] = ContextVar("reading_only", default=False)


class ReadOnlyError(Exception):
    """Something tried to write."""


@contextmanager
def reading_only(*, on: bool) -> Iterator[None]:
    token = _reading_only.set(on)
    try:
        yield
    finally:
        _reading_only.reset(token)


def is_reading_only() -> bool:
    """For what showing a page writes by the way: it is left out then."""
    return _reading_only.get()


def refuse_writing(sql: str = "") -> None:
    """Raises ReadOnlyError; a SELECT goes on."""
    if _reading_only.get() and sql.lstrip()[:6].upper() != "SELECT":
        raise ReadOnlyError(sql[:60])
