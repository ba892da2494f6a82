"""The emails of a gesture on several cases: one for each person and each shared address, a minute later."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

_slot: ContextVar[datetime | None] = ContextVar("merged_slot", default=None)
_WAIT = timedelta(minutes=1)


@contextmanager
def merge_emails(now: datetime) -> Iterator[None]:
    """What is queued inside, and would leave at once, leaves as one email for each reader (outbox.py)."""
    token = _slot.set(now + _WAIT)
    try:
        yield
    finally:
        _slot.reset(token)


def find_merged_slot() -> datetime | None:
    """None outside merge_emails."""
    return _slot.get()
