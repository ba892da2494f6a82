"""The one door to many cases: exactly what one may open, no more, no less. Source: features.md S2, P2."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Or, Where, WhereRaw
from piccolo.query.functions.aggregate import Count
from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor, PlatformRole, Side
from app.domain.cases.citizen import IDENTITY, name_or_mark
from app.domain.cases.draft import drafts_of
from app.domain.cases.lateness import is_late, late_at
from app.domain.cases.searchable import finds
from app.domain.cases.statuses import OPEN, Status
from app.domain.pages import turn_to
from db.tables import Case, Guest, Reading, Recipient, Team

Condition = And | Or | Where | WhereRaw
PAGE_SIZE = 30
_NOTHING = WhereRaw("1 = 0")
_FAR = 10**12
"""More events than there will be."""


class View(StrEnum):
    """The value is the one in the address."""

    TO_HANDLE = "a-traiter"
    OPEN = "en-cours"
    MINE = "les-miennes"
    DRAFTS = "brouillons"
    CLOSED = "cloturees"


class Order(StrEnum):
    RECENT = "recentes"
    OLDEST = "anciennes"


@dataclass(frozen=True)
class Filters:
    view: View = View.OPEN
    status: Status | None = None
    organisation: int | None = None
    urgent: bool = False
    late: bool = False
    words: str = ""
    order: Order = Order.RECENT
    page: int = 1


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


@dataclass(frozen=True)
class Listing:
    lines: list[Line]
    total: int
    page: int
    pages: int


def visible_to(actor: Actor) -> Condition:
    """The sent cases that the actor may read: permissions.py's READ, said to the database."""
    helpers, operators = actor.teams(Side.AGENT), actor.teams(Side.REFERENT)
    doors: list[Condition] = []
    if helpers:
        doors.append(Case.team.is_in(helpers))
    if operators:
        doors.append(_received_by(operators))
    if actor.role == PlatformRole.EXPERT:
        invited = Case.id.is_in(Guest.select(Guest.case).where(Guest.person == actor.id))
        doors.append(And(invited, Or(Case.status != Status.CLOSED, Case.closed_by == actor.id)))
    if not doors:
        return _NOTHING
    anyhow = doors[0]
    for door in doors[1:]:
        anyhow = Or(anyhow, door)
    return And(And(Case.status != Status.DRAFT, Case.erased_at.is_null()), anyhow)


def _received_by(teams: list[int]) -> Condition:
    return Case.id.is_in(Recipient.select(Recipient.case).where(Recipient.team.is_in(teams)))


def reads_apart(actor: Actor) -> Condition:
    """The cases on which the actor stands as a referent alone: there they read what referents write between them.

    permissions.side_of, said to the database.
    """
    helpers, operators = actor.teams(Side.AGENT), actor.teams(Side.REFERENT)
    if not operators or actor.role == PlatformRole.EXPERT:
        return _NOTHING
    return And(_received_by(operators), Case.team.not_in(helpers)) if helpers else _received_by(operators)


def _in_view(actor: Actor, view: View) -> Condition:
    if view == View.CLOSED:
        return Case.status == Status.CLOSED
    still_open = Case.status.is_in([status.value for status in OPEN])
    if view == View.TO_HANDLE:
        return And(still_open, _awaits(actor))
    if view == View.MINE:
        return And(still_open, Case.author == actor.id)
    return still_open


def _awaits(actor: Actor) -> Condition:
    """The other side wrote last. On their own team's cases people stand on the agent's side."""
    helpers = actor.teams(Side.AGENT)
    if not helpers:
        return Case.next_side == (Side.AGENT if actor.role == PlatformRole.EXPERT else Side.REFERENT)
    return Or(
        And(Case.team.is_in(helpers), Case.next_side == Side.AGENT),
        And(Case.team.not_in(helpers), Case.next_side == Side.REFERENT),
    )


def _condition(actor: Actor, filters: Filters, now: datetime) -> Condition:
    condition: Condition = And(visible_to(actor), _in_view(actor, filters.view))
    if filters.status:
        condition = And(condition, Case.status == filters.status)
    if filters.organisation:
        teams = Team.select(Team.id).where(Team.organisation == filters.organisation)
        received = Recipient.select(Recipient.case).where(Recipient.team.is_in(teams))
        condition = And(condition, Case.id.is_in(received))
    if filters.urgent:
        condition = And(condition, Case.urgent.eq(True))
    if filters.late:
        condition = And(condition, late_at(now))
    words = _has_words(actor, filters.words)
    return And(condition, words) if words is not None else condition


def _has_words(actor: Actor, typed: str) -> Condition | None:
    """Each word where the actor may read it: what is between referents is found by referents alone."""
    shared, apart = (
        finds([Case.search_text], typed),
        finds([Case.search_text, Case.search_operators], typed),
    )
    return Or(shared, And(reads_apart(actor), apart)) if shared is not None and apart is not None else None


async def list_cases(actor: Actor, filters: Filters, now: datetime) -> Listing:
    """One page of what the filters leave, what is unread first, with how many there are in all."""
    condition = _condition(actor, filters, now)
    total = await Case.count().where(condition)
    turn = turn_to(filters.page, total, PAGE_SIZE)
    query = (
        _select()
        .where(condition)
        .order_by(_is_read(actor))
        .order_by(Case.last_event, ascending=filters.order == Order.OLDEST)
        .limit(PAGE_SIZE)
        .offset(turn.first)
    )
    return Listing(await _lines(actor, await query, filters, now), total, turn.page, turn.pages)


async def line_if_listed(actor: Actor, filters: Filters, case_id: UUID, now: datetime) -> Line | None:
    """The row of one case, if these filters show it: what a live list needs."""
    rows = await _select().where(And(_condition(actor, filters, now), Case.id == case_id))
    lines = await _lines(actor, rows, filters, now)
    return lines[0] if lines else None


def _select() -> Any:
    return Case.select(
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


async def _lines(actor: Actor, rows: list[dict[str, Any]], filters: Filters, now: datetime) -> list[Line]:
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
            yours=_is_yours(actor, row),
            unread=_is_unread(actor, row, read),
            taken_by=", ".join(_takers(receivers.get(row["id"], []))),
            handled=row["handled_at"] is not None,
            late=is_late(row["late_from"], now),
            sent_at=row["sent_at"],
            place=_place(row["last_event"], _is_unread(actor, row, read), filters.order),
        )
        for row in rows
    ]


def _on_agents_side(actor: Actor, row: dict[str, Any]) -> bool:
    return row["team"] in actor.teams(Side.AGENT) or actor.role == PlatformRole.EXPERT


def _is_yours(actor: Actor, row: dict[str, Any]) -> bool:
    return bool(row["next_side"] == (Side.AGENT if _on_agents_side(actor, row) else Side.REFERENT))


def _is_read(actor: Actor) -> QueryString:
    """_is_unread, said to the database: 0 for a case with something unread, which comes first; 1 for the others."""
    return QueryString(
        'CASE WHEN EXISTS (SELECT 1 FROM "reading" WHERE "reading"."case" = "cases"."id" AND "reading"."person" = {} '
        'AND "reading"."last_event" >= "cases"."last_event" '
        'AND ({} OR "reading"."last_event" >= "cases"."last_apart")) THEN 1 ELSE 0 END',
        actor.id,
        _on_our_side(actor),
    )


def _on_our_side(actor: Actor) -> QueryString:
    """_on_agents_side, said to the database."""
    helpers = actor.teams(Side.AGENT)
    if actor.role == PlatformRole.EXPERT:
        return QueryString("1 = 1")
    return QueryString(f'"cases"."team" IN ({", ".join(["{}"] * len(helpers)) or "NULL"})', *helpers)


def _place(last_event: int, unread: bool, order: Order) -> int:
    """Where a row goes in its list, the highest first: live arrivals are put in by it."""
    return (_FAR if unread else 0) + (last_event if order == Order.RECENT else _FAR - last_event)


def _is_unread(actor: Actor, row: dict[str, Any], read: dict[UUID, int]) -> bool:
    return _latest(actor, row) > read.get(row["id"], 0)


def _latest(actor: Actor, row: dict[str, Any]) -> int:
    """The last event that the actor may read."""
    return int(row["last_event"] if _on_agents_side(actor, row) else max(row["last_event"], row["last_apart"]))


async def _receivers(case_ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """case -> its teams in the order they joined: acronym, first_name and last_name of who took charge."""
    if not case_ids:
        return {}
    rows = await (
        Recipient.select(
            Recipient.case,
            Recipient.team.organisation.acronym.as_alias("acronym"),
            Recipient.taken_by.first_name.as_alias("first_name"),
            Recipient.taken_by.last_name.as_alias("last_name"),
        )
        .where(Recipient.case.is_in(case_ids))
        .order_by(Recipient.id)
    )
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


async def count_views(actor: Actor) -> dict[View, int]:
    """How many each view shows when nothing else filters: the number on its tab."""
    rows = await (
        Case.select(Case.status, Case.next_side, Case.team, Case.author, Count(alias="cases"))
        .where(visible_to(actor))
        .group_by(Case.status, Case.next_side, Case.team, Case.author)
    )
    still_open = [row for row in rows if row["status"] in OPEN]
    return {
        View.TO_HANDLE: sum(row["cases"] for row in still_open if _is_yours(actor, row)),
        View.OPEN: sum(row["cases"] for row in still_open),
        View.MINE: sum(row["cases"] for row in still_open if row["author"] == actor.id),
        View.DRAFTS: len(await drafts_of(actor)),
        View.CLOSED: sum(row["cases"] for row in rows if row["status"] == Status.CLOSED),
    }


async def count_to_handle(actor: Actor) -> int:
    """The figure beside « Mes demandes »."""
    return int(await Case.count().where(And(visible_to(actor), _in_view(actor, View.TO_HANDLE))))


async def organisations_met(actor: Actor) -> list[dict[str, Any]]:
    """id and acronym of the organisations that received a case the actor may read: the filter's choices."""
    cases = Case.select(Case.id).where(visible_to(actor))
    rows = await (
        Recipient.select(
            Recipient.team.organisation.id.as_alias("id"),
            Recipient.team.organisation.acronym.as_alias("acronym"),
        )
        .where(Recipient.case.is_in(cases))
        .group_by(Recipient.team.organisation.id, Recipient.team.organisation.acronym)
    )
    return sorted(rows, key=lambda row: str(row["acronym"]))
