"""A case as one row of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.case_status import Status
from app.domain.cases.citizen import NAME_COLUMNS, decode_name_or_placeholder
from app.domain.cases.inbox.filters import Order
from app.domain.cases.inbox.ordering import compute_sort_key
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.memo import Memo
from db.batch import parse_timestamp
from db.nested_rows import build_nested_query, decode_nested_rows


@dataclass(frozen=True)
class CaseRow:
    """position is its place in the list, the highest first (ordering.py).

    sort_key is the same order by time: an open page inserts the row there (compute_sort_key).
    """

    id: UUID
    status: Status
    subject: str
    citizen: str
    author: str
    organisations: tuple[str, ...]
    urgent: bool
    your_turn: bool
    unread: bool
    taken_by: str
    handled: bool
    late: bool
    suspended: bool
    sent_at: datetime
    position: int
    sort_key: int


_COLUMNS = ("id", "status", "subject", "urgent", "sent_at", "handled_at", "suspended_at")
_NAME_COLUMNS = tuple(column._meta.name for column in NAME_COLUMNS)
_RECIPIENTS_SQL = """recipient JOIN team ON team.id = recipient.team
    JOIN organisation ON organisation.id = team.organisation
    LEFT JOIN person AS taker ON taker.id = recipient.taken_by WHERE recipient."case" = cases.id"""
_COMPUTED_COLUMNS = ("first_name", "last_name", "recipients", "position", "moved_at", "unread", "your_turn")
_ROW_COLUMNS = (*_COLUMNS, *_NAME_COLUMNS, *_COMPUTED_COLUMNS)
"""Everything that a row shows, except lateness: it depends on the time and is computed for each page."""
_memo = Memo()


def build_row_columns() -> str:
    """The columns that decode_row reads from `shown` (position, last_event, unread, your_turn), `cases` and `author`.

    Recipients are sorted by the order in which they joined.
    """
    known = ", ".join(f"cases.{name}" for name in (*_COLUMNS, "late_from", *_NAME_COLUMNS))
    recipients = build_nested_query(
        "recipient.id, organisation.acronym, taker.first_name, taker.last_name", _RECIPIENTS_SQL
    )
    return f"""{known}, author.first_name, author.last_name, {recipients} AS recipients,
        (SELECT happened_at FROM event WHERE event.id = shown.last_event) AS moved_at,
        shown.position, shown.unread, shown.your_turn"""  # noqa: S608 # nosec B608


def decode_row(row: Mapping[str, Any], now: datetime, order: Order) -> CaseRow:
    """Equal rows are built once: decrypting names takes time."""
    return _memo(_build_row, tuple(row[name] for name in _ROW_COLUMNS), is_late(row["late_from"], now), order)


def _build_row(values: tuple[Any, ...], late: bool, order: Order) -> CaseRow:
    row = dict(zip(_ROW_COLUMNS, values, strict=True))
    recipients = decode_nested_rows(row["recipients"])
    return CaseRow(
        id=row["id"],
        status=Status(row["status"]),
        subject=row["subject"],
        citizen=decode_name_or_placeholder(row["id"], row),
        author=f"{row['first_name']} {row['last_name']}",
        organisations=tuple(dict.fromkeys(acronym for _, acronym, *_ in recipients)),
        urgent=row["urgent"],
        your_turn=bool(row["your_turn"]),
        unread=bool(row["unread"]),
        taken_by=", ".join(f"{first} {last}" for _, _, first, last in recipients if first is not None),
        handled=row["handled_at"] is not None,
        late=late,
        suspended=row["suspended_at"] is not None,
        sent_at=row["sent_at"],
        position=row["position"],
        sort_key=compute_sort_key(row["position"], _parse_moment(row["moved_at"] or row["sent_at"]), order),
    )


def _parse_moment(found: datetime | str) -> datetime:
    """SQLite returns the timestamps of a sub-select as text."""
    return found if isinstance(found, datetime) else parse_timestamp(found)
