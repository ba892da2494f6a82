"""The cases as seen by those who read none: how many, in what state, how late. Source: features.md P2, S2.

Admin everywhere, a supervisor in their territories (the duty SEE_FIGURES). No subject, no citizen, no word, no file, no
person of either side, and no number that leads to a case.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from piccolo.columns.combination import And, Or, Where, WhereRaw
from piccolo.query.functions.aggregate import Count, Min

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.administration import Duty, require
from app.domain.cases.events import Audience, EventKind
from app.domain.cases.lateness import is_late
from app.domain.cases.statuses import OPEN, Status
from app.domain.teams.supervision import supervised_areas
from db.tables import Area, Case, Event, Recipient

Condition = And | Or | Where | WhereRaw
PAGE_SIZE = 50
LATELY = timedelta(days=30)
_ANSWERS = (EventKind.MESSAGE, EventKind.HANDLED, EventKind.IRRELEVANT)


@dataclass
class Figures:
    """Of a territory or an organisation. first_answer is the median wait of what was sent lately and is answered."""

    open: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(OPEN, 0))
    late: int = 0
    urgent: int = 0
    sent: int = 0
    closed: int = 0
    first_answer: timedelta | None = None


@dataclass(frozen=True)
class MaskedCase:
    """All that is said of a case; order is where the next page begins, and names nothing."""

    order: int
    status: Status
    area: str
    organisations: tuple[str, ...]
    team: str
    urgent: bool
    late: bool
    sent_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Overview:
    areas: list[tuple[str, Figures]]
    organisations: list[tuple[str, Figures]]
    cases: list[MaskedCase]
    older: int | None


async def overview(actor: Actor, now: datetime, *, area: str = "", before: int | None = None) -> Overview:
    """area narrows it to one of the actor's territories. Raises NotFound."""
    require(actor, Duty.SEE_FIGURES)
    seen = await seen_areas(actor)
    chosen = [code for code, _ in seen if code == area] or [code for code, _ in seen]
    by_area = await _figures(Case, Case.area.name, Case.id, chosen, now)
    by_organisation = await _figures(Recipient.case, Recipient.team.organisation.acronym, Recipient.case, chosen, now)
    await _first_answers(by_area, by_organisation, chosen, now)
    cases = await _masked(chosen, before, now)
    shown = cases[:PAGE_SIZE]
    return Overview(
        sorted(by_area.items()),
        sorted(by_organisation.items()),
        shown,
        shown[-1].order if len(cases) > PAGE_SIZE else None,
    )


async def seen_areas(actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the territories whose figures the actor sees, by code."""
    rows = await Area.select(Area.code, Area.name).order_by(Area.code)
    own = None if actor.role == PlatformRole.ADMIN else await supervised_areas(actor)
    return [(row["code"], row["name"]) for row in rows if own is None or row["code"] in own]


def _sent(case: Any, areas: list[str]) -> Condition:
    """Of these territories, sent and not erased. case is the table, or a key that leads to it."""
    known = And(And(case.status != Status.DRAFT, case.erased_at.is_null()), case.area.is_in(areas))
    return known if areas else WhereRaw("1 = 0")


async def _figures(case: Any, key: Any, counted: Any, areas: list[str], now: datetime) -> dict[str, Figures]:
    """One aggregate for each figure; a case of two teams of an organisation is one."""
    found: dict[str, Figures] = defaultdict(Figures)
    source = counted._meta.table

    async def tally(condition: Condition, *further: Any) -> list[dict[str, Any]]:
        query = source.select(key.as_alias("name"), *further, Count(distinct=[counted], alias="cases"))
        return list(await query.where(And(_sent(case, areas), condition)).group_by(key, *further))

    still_open = case.status.is_in([status.value for status in OPEN])
    for row in await tally(still_open, case.status.as_alias("status")):
        found[row["name"]].open[Status(row["status"])] = row["cases"]
    for name, condition in {
        "late": And(case.late_from.is_not_null(), case.late_from <= now),
        "urgent": And(still_open, case.urgent.eq(True)),
        "sent": case.sent_at >= now - LATELY,
        "closed": And(case.status == Status.CLOSED, case.closed_at >= now - LATELY),
    }.items():
        for row in await tally(condition):
            setattr(found[row["name"]], name, row["cases"])
    return found


async def _first_answers(
    by_area: dict[str, Figures], by_organisation: dict[str, Figures], areas: list[str], now: datetime
) -> None:
    """An organisation's first answer to a case is the first that everybody there may read."""
    organisation = Event.team.organisation.acronym
    rows = await (
        Event.select(
            Event.case.as_alias("case"),
            Event.case.area.name.as_alias("area"),
            organisation.as_alias("organisation"),
            Event.case.sent_at.as_alias("sent_at"),
            Min(Event.happened_at, alias="answered_at"),
        )
        .where(
            _sent(Event.case, areas),
            Event.case.sent_at >= now - LATELY,
            Event.kind.is_in([kind.value for kind in _ANSWERS]),
            Event.audience == Audience.ALL,
            Event.team.organisation.kind == "operator",
        )
        .group_by(Event.case, Event.case.area.name, organisation, Event.case.sent_at)
    )
    first: dict[Any, tuple[str, timedelta]] = {}
    waits: dict[str, list[timedelta]] = defaultdict(list)
    for row in rows:
        wait = _moment(row["answered_at"]) - row["sent_at"]
        waits[row["organisation"]].append(wait)
        first[row["case"]] = min(first.get(row["case"], (row["area"], wait)), (row["area"], wait))
    for name, found in waits.items():
        by_organisation[name].first_answer = _median(found)
    of_area: dict[str, list[timedelta]] = defaultdict(list)
    for name, wait in first.values():
        of_area[name].append(wait)
    for name, found in of_area.items():
        by_area[name].first_answer = _median(found)


def _moment(found: datetime | str) -> datetime:
    """SQLite gives the least of a column as it is stored."""
    return found if isinstance(found, datetime) else datetime.fromisoformat(found)


def _median(waits: list[timedelta]) -> timedelta:
    return timedelta(seconds=median(wait.total_seconds() for wait in waits))


async def _masked(areas: list[str], before: int | None, now: datetime) -> list[MaskedCase]:
    """The last touched first, in the order of an index; one more than a page."""
    condition = _sent(Case, areas)
    rows = await (
        Case.select(
            Case.id,
            Case.last_event,
            Case.status,
            Case.area.name.as_alias("area"),
            Case.team.name.as_alias("team"),
            Case.urgent,
            Case.late_from,
            Case.sent_at,
            Case.closed_at,
        )
        .where(And(condition, Case.last_event < before) if before is not None else condition)
        .order_by(Case.last_event, ascending=False)
        .limit(PAGE_SIZE + 1)
    )
    receivers = await _receivers([row["id"] for row in rows])
    return [
        MaskedCase(
            order=row["last_event"],
            status=Status(row["status"]),
            area=row["area"],
            organisations=receivers.get(row["id"], ()),
            team=row["team"],
            urgent=row["urgent"],
            late=is_late(row["late_from"], now),
            sent_at=row["sent_at"],
            closed_at=row["closed_at"],
        )
        for row in rows
    ]


async def _receivers(case_ids: list[Any]) -> dict[Any, tuple[str, ...]]:
    if not case_ids:
        return {}
    rows = await (
        Recipient.select(Recipient.case.as_alias("case"), Recipient.team.organisation.acronym.as_alias("acronym"))
        .where(Recipient.case.is_in(case_ids))
        .order_by(Recipient.id)
    )
    found: dict[Any, tuple[str, ...]] = {}
    for row in rows:
        found[row["case"]] = tuple(dict.fromkeys((*found.get(row["case"], ()), row["acronym"])))
    return found
