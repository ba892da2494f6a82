"""Reading only: while it lasts nothing is written, whatever asks. Kept beside the engines: no verb goes round it.

Held by a request's or a stream's own context; workers ask the platform's state instead (app/domain/platform/state.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_read_only: ContextVar[bool] = ContextVar("reading_only", default=False)


class ReadOnlyError(Exception):
    """Something tried to write."""


@contextmanager
def set_read_only(*, on: bool) -> Iterator[None]:
    token = _read_only.set(on)
    try:
        yield
    finally:
        _read_only.reset(token)


def is_read_only() -> bool:
    """For what showing a page writes by the way: it is left out then."""
    return _read_only.get()


def check_writable(sql: str = "") -> None:
    """Raises ReadOnlyError; a SELECT goes on."""
    if _read_only.get() and sql.lstrip()[:6].upper() != "SELECT":
        raise ReadOnlyError(sql[:60])
