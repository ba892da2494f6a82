"""How far a list has come, for the bar of its page: known to the process that works on it, until it has finished.

In memory: what the one transaction of an import writes is seen by nobody before its end.
"""

from uuid import UUID

_done: dict[UUID, int] = {}


def add(import_id: UUID, rows: int) -> None:
    _done[import_id] = _done.get(import_id, 0) + rows


def done(import_id: UUID) -> int | None:
    """None when another process works on it, or nobody yet."""
    return _done.get(import_id)


def forget(import_id: UUID) -> None:
    _done.pop(import_id, None)
