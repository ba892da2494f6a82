"""The cases of some areas without their content, the latest change first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.querystring import QueryString

from app.domain.case_status import Status
from app.domain.cases.lifecycle.lateness import is_late
from db.tables.cases import Case
from db.tables.participants import Recipient

PAGE_SIZE = 50
_LIMIT = PAGE_SIZE + 1
_SENT_SQL = "status <> 'draft' AND erased_at IS NULL"
_RECEIVED_SQL = """EXISTS (SELECT 1 FROM recipient JOIN team ON team.id = recipient.team
    WHERE recipient."case" = cases.id AND recipient.left_at IS NULL AND team.organisation IN ({}))"""
_ROWS_SQL = f"""SELECT cases.id, cases.last_event, cases.status, area.name AS area, team.name AS team, cases.urgent,
    cases.late_from, cases.suspended_at, cases.sent_at, cases.closed_at
FROM ({{}}) AS found JOIN cases ON cases.id = found.id JOIN area ON area.code = cases.area
JOIN team ON team.id = cases.team ORDER BY cases.last_event DESC LIMIT {_LIMIT}"""  # noqa: S608 # nosec B608


@dataclass(frozen=True)
class AnonymousCase:
    """position is where the next page begins, the number of the case's last event. No text that a person typed."""

    position: int
    status: Status
    area: str
    organisations: tuple[str, ...]
    team: str
    urgent: bool
    suspended: bool
    late: bool
    sent_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class ReceivedCases:
    """The cases that teams of these organisations have, in one area, or in all with an empty one."""

    organisations: tuple[int, ...]
    area: str = ""


async def list_anonymous_cases(
    areas: Sequence[str] | None, before: int | None, now: datetime, received: ReceivedCases | None = None
) -> list[AnonymousCase]:
    """Cases of these areas, or of all areas with None, and those received, whose position is below `before`.

    Returns one case more than a page when there is another page.
    """
    rows = await Case.raw(_ROWS_SQL, _build_ids_query(areas, before, received))
    receivers = await _list_recipients([row["id"] for row in rows])
    return [
        AnonymousCase(
            position=row["last_event"],
            status=Status(row["status"]),
            area=row["area"],
            organisations=receivers.get(row["id"], ()),
            team=row["team"],
            urgent=row["urgent"],
            suspended=row["suspended_at"] is not None,
            late=is_late(row["late_from"], now),
            sent_at=row["sent_at"],
            closed_at=row["closed_at"],
        )
        for row in rows
    ]


def _build_ids_query(areas: Sequence[str] | None, before: int | None, received: ReceivedCases | None) -> QueryString:
    """Reads each area from the end of an index, and no more rows of it than a page shows."""
    if areas is None:
        return _build_newest_query([], before)
    each = [_build_newest_query([QueryString("area = {}", area)], before) for area in areas]
    if received:
        each.append(_build_newest_query(_list_received_conditions(received), before))
    parts = (" UNION " if received else " UNION ALL ").join(["SELECT * FROM ({}) AS part"] * len(each))
    return QueryString(parts, *each) if each else QueryString("SELECT id FROM cases WHERE 1 = 0")


def _list_received_conditions(received: ReceivedCases) -> list[QueryString]:
    listed = QueryString(", ".join(["{}"] * len(received.organisations)), *received.organisations)
    narrowed = [QueryString("area = {}", received.area)] if received.area else []
    return [QueryString(_RECEIVED_SQL, listed), *narrowed]


def _build_newest_query(conditions: list[QueryString], before: int | None) -> QueryString:
    if before is not None:
        conditions = [*conditions, QueryString("last_event < {}", before)]
    narrowed = "".join([" AND {}"] * len(conditions))
    sql = f"SELECT id FROM cases WHERE {_SENT_SQL}{narrowed} ORDER BY last_event DESC LIMIT {_LIMIT}"  # noqa: S608 # nosec B608
    return QueryString(sql, *conditions)


async def _list_recipients(case_ids: list[Any]) -> dict[Any, tuple[str, ...]]:
    if not case_ids:
        return {}
    rows = await (
        Recipient.select(Recipient.case.as_alias("case"), Recipient.team.organisation.acronym.as_alias("acronym"))
        .where(Recipient.case.is_in(case_ids), Recipient.left_at.is_null())
        .order_by(Recipient.id)
    )
    found: dict[Any, tuple[str, ...]] = {}
    for row in rows:
        found[row["case"]] = tuple(dict.fromkeys((*found.get(row["case"], ()), row["acronym"])))
    return found
