"""How far a list has come, for the bar of its page: known to the process that works on it, until it has finished.

In memory: what the one transaction of an import writes is seen by nobody before its end.
"""

from uuid import UUID

_rows_done: dict[UUID, int] = {}


def add_rows_done(import_id: UUID, rows: int) -> None:
    _rows_done[import_id] = _rows_done.get(import_id, 0) + rows


def get_rows_done(import_id: UUID) -> int | None:
    """None when another process works on it, or nobody yet."""
    return _rows_done.get(import_id)


def clear_rows_done(import_id: UUID) -> None:
    _rows_done.pop(import_id, None)
