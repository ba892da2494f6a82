"""Read-only mode: nothing is written while it is on. The engines check it, so no statement avoids it.

It belongs to the context of a request or a stream. Workers check the platform’s state (app/domain/platform/state.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_read_only: ContextVar[bool] = ContextVar("reading_only", default=False)


class ReadOnlyError(Exception):
    """A statement tried to write in read-only mode."""


@contextmanager
def set_read_only(*, on: bool) -> Iterator[None]:
    token = _read_only.set(on)
    try:
        yield
    finally:
        _read_only.reset(token)


def is_read_only() -> bool:
    """For writes that only accompany the display of a page: they are skipped."""
    return _read_only.get()


def check_writable(sql: str = "") -> None:
    """Raises ReadOnlyError, except for a SELECT."""
    if _read_only.get() and sql.lstrip()[:6].upper() != "SELECT":
        raise ReadOnlyError(sql[:60])
