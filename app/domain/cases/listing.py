"""The one door to many cases: exactly what one may open, no more, no less. Source: features.md S2, P2."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And
from piccolo.query.functions.aggregate import Count

from app.domain.accounts.actor import Actor
from app.domain.cases.draft import drafts_of
from app.domain.cases.filters import Filters, Order, View, condition_of, in_view
from app.domain.cases.lines import Line, is_read, is_yours, lines_of, select_lines
from app.domain.cases.statuses import OPEN, Status
from app.domain.cases.visibility import visible_to
from app.domain.pages import turn_to
from db.tables import Case, Recipient

PAGE_SIZE = 30


@dataclass(frozen=True)
class Listing:
    lines: list[Line]
    total: int
    page: int
    pages: int


async def list_cases(actor: Actor, filters: Filters, now: datetime) -> Listing:
    """One page of what the filters leave, what is unread first, with how many there are in all."""
    condition = condition_of(actor, filters, now)
    total = await Case.count().where(condition)
    turn = turn_to(filters.page, total, PAGE_SIZE)
    query = (
        select_lines()
        .where(condition)
        .order_by(is_read(actor))
        .order_by(Case.last_event, ascending=filters.order == Order.OLDEST)
        .limit(PAGE_SIZE)
        .offset(turn.first)
    )
    return Listing(await lines_of(actor, await query, filters, now), total, turn.page, turn.pages)


async def line_if_listed(actor: Actor, filters: Filters, case_id: UUID, now: datetime) -> Line | None:
    """The row of one case, if these filters show it: what a live list needs."""
    rows = await select_lines().where(And(condition_of(actor, filters, now), Case.id == case_id))
    lines = await lines_of(actor, rows, filters, now)
    return lines[0] if lines else None


async def count_views(actor: Actor) -> dict[View, int]:
    """How many each view shows when nothing else filters: the number on its tab."""
    rows = await (
        Case.select(Case.status, Case.next_side, Case.team, Case.author, Count(alias="cases"))
        .where(visible_to(actor))
        .group_by(Case.status, Case.next_side, Case.team, Case.author)
    )
    still_open = [row for row in rows if row["status"] in OPEN]
    return {
        View.TO_HANDLE: sum(row["cases"] for row in still_open if is_yours(actor, row)),
        View.OPEN: sum(row["cases"] for row in still_open),
        View.MINE: sum(row["cases"] for row in still_open if row["author"] == actor.id),
        View.DRAFTS: len(await drafts_of(actor)),
        View.CLOSED: sum(row["cases"] for row in rows if row["status"] == Status.CLOSED),
    }


async def count_to_handle(actor: Actor) -> int:
    """The figure beside « Mes demandes »."""
    return int(await Case.count().where(And(visible_to(actor), in_view(actor, View.TO_HANDLE))))


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
