"""A case as a row of a list shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.case_status import Status
from app.domain.cases.citizen import NAMES, name_or_mark
from app.domain.cases.inbox.filters import Order
from app.domain.cases.inbox.ordering import order_of
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.memo import Once
from db.batch import moment
from db.nested import nested, read_nested


@dataclass(frozen=True)
class Line:
    """A case as a row shows it. place: where it goes in its list, the highest first (ordering.py).

    order: the same by time, where an open page puts it when it arrives (places.order_of).
    """

    id: UUID
    status: Status
    subject: str
    citizen: str
    author: str
    organisations: tuple[str, ...]
    urgent: bool
    yours: bool
    unread: bool
    taken_by: str
    handled: bool
    late: bool
    suspended: bool
    sent_at: datetime
    place: int
    order: int


_COLUMNS = ("id", "status", "subject", "urgent", "sent_at", "handled_at", "suspended_at")
_NAMES = tuple(column._meta.name for column in NAMES)
_RECEIVERS = """recipient JOIN team ON team.id = recipient.team JOIN organisation ON organisation.id = team.organisation
    LEFT JOIN person AS taker ON taker.id = recipient.taken_by WHERE recipient."case" = cases.id"""
_BESIDE = ("first_name", "last_name", "receivers", "place", "moved_at", "unread", "yours")
_SHOWN = (*_COLUMNS, *_NAMES, *_BESIDE)
"""All that a line is made of, but whether it is late: that is asked of the clock each time."""
_once = Once()


def line_sql() -> str:
    """What line_in reads, of shown (place, last_event, unread, yours), cases and author. The teams, in the order they
    joined.
    """
    known = ", ".join(f"cases.{name}" for name in (*_COLUMNS, "late_from", *_NAMES))
    receivers = nested("recipient.id, organisation.acronym, taker.first_name, taker.last_name", _RECEIVERS)
    return f"""{known}, author.first_name, author.last_name, {receivers} AS receivers,
        (SELECT happened_at FROM event WHERE event.id = shown.last_event) AS moved_at,
        shown.place, shown.unread, shown.yours"""  # noqa: S608 # nosec B608


def line_in(row: Mapping[str, Any], now: datetime, order: Order) -> Line:
    """What is shown again and again, sealed names among it, is made once."""
    return _once(_line, tuple(row[name] for name in _SHOWN), is_late(row["late_from"], now), order)


def _line(values: tuple[Any, ...], late: bool, order: Order) -> Line:
    row = dict(zip(_SHOWN, values, strict=True))
    receivers = read_nested(row["receivers"])
    return Line(
        id=row["id"],
        status=Status(row["status"]),
        subject=row["subject"],
        citizen=name_or_mark(row["id"], row),
        author=f"{row['first_name']} {row['last_name']}",
        organisations=tuple(dict.fromkeys(acronym for _, acronym, *_ in receivers)),
        urgent=row["urgent"],
        yours=bool(row["yours"]),
        unread=bool(row["unread"]),
        taken_by=", ".join(f"{first} {last}" for _, _, first, last in receivers if first is not None),
        handled=row["handled_at"] is not None,
        late=late,
        suspended=row["suspended_at"] is not None,
        sent_at=row["sent_at"],
        place=row["place"],
        order=order_of(row["place"], _moment(row["moved_at"] or row["sent_at"]), order),
    )


def _moment(found: datetime | str) -> datetime:
    """SQLite gives what a subquery finds as it is stored."""
    return found if isinstance(found, datetime) else moment(found)
