"""How many rows of a list are done, for the progress bar. Only the process that works on the list has the number.

It is in memory, because other transactions do not see an import's rows before its end.
"""

from uuid import UUID

_rows_done: dict[UUID, int] = {}


def add_rows_done(import_id: UUID, rows: int) -> None:
    _rows_done[import_id] = _rows_done.get(import_id, 0) + rows


def get_rows_done(import_id: UUID) -> int | None:
    """None when another process works on the list, or none has begun."""
    return _rows_done.get(import_id)


def clear_rows_done(import_id: UUID) -> None:
    _rows_done.pop(import_id, None)
