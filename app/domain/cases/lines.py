"""A case as a row of a list shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor, Side
from app.domain.cases.citizen import IDENTITY, name_or_mark
from app.domain.cases.filters import Filters, Order
from app.domain.cases.lateness import is_late
from app.domain.cases.statuses import Status
from app.domain.cases.visibility import on_agents_side, on_our_side
from db.tables import Case, Reading, Recipient

_FAR = 10**12
"""More events than there will be."""


@dataclass(frozen=True)
class Line:
    """A case as a row shows it. place: _place()."""

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
    sent_at: datetime
    place: int


_LINE = (
    Case.id,
    Case.status,
    Case.subject,
    *IDENTITY,
    Case.author.first_name.as_alias("first_name"),
    Case.author.last_name.as_alias("last_name"),
    Case.team,
    Case.urgent,
    Case.next_side,
    Case.sent_at,
    Case.handled_at,
    Case.late_from,
    Case.last_event,
    Case.last_apart,
)
_RECEIVER = (
    Recipient.case,
    Recipient.team.organisation.acronym.as_alias("acronym"),
    Recipient.taken_by.first_name.as_alias("first_name"),
    Recipient.taken_by.last_name.as_alias("last_name"),
)
"""Made once: following keys costs Piccolo more than the queries."""


def select_lines() -> Any:
    return Case.select(*_LINE)


async def lines_of(actor: Actor, rows: list[dict[str, Any]], filters: Filters, now: datetime) -> list[Line]:
    ids = [row["id"] for row in rows]
    receivers, read = await _receivers(ids), await _read_up_to(actor, ids)
    return [
        Line(
            id=row["id"],
            status=Status(row["status"]),
            subject=row["subject"],
            citizen=name_or_mark(row["id"], row),
            author=f"{row['first_name']} {row['last_name']}",
            organisations=_acronyms(receivers.get(row["id"], [])),
            urgent=row["urgent"],
            yours=is_yours(actor, row),
            unread=_is_unread(actor, row, read),
            taken_by=", ".join(_takers(receivers.get(row["id"], []))),
            handled=row["handled_at"] is not None,
            late=is_late(row["late_from"], now),
            sent_at=row["sent_at"],
            place=_place(row["last_event"], _is_unread(actor, row, read), filters.order),
        )
        for row in rows
    ]


def is_yours(actor: Actor, row: dict[str, Any]) -> bool:
    return bool(row["next_side"] == (Side.AGENT if on_agents_side(actor, row) else Side.REFERENT))


def is_read(actor: Actor) -> QueryString:
    """_is_unread, said to the database: 0 for a case with something unread, which comes first; 1 for the others."""
    return QueryString(
        'CASE WHEN EXISTS (SELECT 1 FROM "reading" WHERE "reading"."case" = "cases"."id" AND "reading"."person" = {} '
        'AND "reading"."last_event" >= "cases"."last_event" '
        'AND ({} OR "reading"."last_event" >= "cases"."last_apart")) THEN 1 ELSE 0 END',
        actor.id,
        on_our_side(actor),
    )


def _place(last_event: int, unread: bool, order: Order) -> int:
    """Where a row goes in its list, the highest first: live arrivals are put in by it."""
    return (_FAR if unread else 0) + (last_event if order == Order.RECENT else _FAR - last_event)


def _is_unread(actor: Actor, row: dict[str, Any], read: dict[UUID, int]) -> bool:
    return _latest(actor, row) > read.get(row["id"], 0)


def _latest(actor: Actor, row: dict[str, Any]) -> int:
    """The last event that the actor may read."""
    return int(row["last_event"] if on_agents_side(actor, row) else max(row["last_event"], row["last_apart"]))


async def _receivers(case_ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """case -> its teams in the order they joined: acronym, first_name and last_name of who took charge."""
    if not case_ids:
        return {}
    rows = await Recipient.select(*_RECEIVER).where(Recipient.case.is_in(case_ids)).order_by(Recipient.id)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["case"], []).append(row)
    return found


def _acronyms(receivers: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["acronym"] for row in receivers))


def _takers(receivers: list[dict[str, Any]]) -> list[str]:
    return [f"{row['first_name']} {row['last_name']}" for row in receivers if row["first_name"] is not None]


async def _read_up_to(actor: Actor, case_ids: list[UUID]) -> dict[UUID, int]:
    if not case_ids:
        return {}
    rows = await Reading.select(Reading.case, Reading.last_event).where(
        Reading.person == actor.id, Reading.case.is_in(case_ids)
    )
    return {row["case"]: row["last_event"] for row in rows}
