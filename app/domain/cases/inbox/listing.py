"""The one door to many cases: exactly what one may open, no more, no less. Source: features.md S2, P2."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import Narrowing, Taken
from app.domain.cases.inbox.filters import Filters, narrowed
from app.domain.cases.inbox.ordering import MOST, shown_sql
from app.domain.cases.inbox.rows import Line, line_in, line_sql
from app.domain.cases.inbox.search_index import Bearers, bearers_of, said_of
from app.domain.cases.inbox.visibility import Condition
from db.tables import Case

PAGE_SIZE = 30


@dataclass(frozen=True)
class Listing:
    """total is MOST + 1 for more. newer and older are the places where the pages beside it begin, if there are any."""

    lines: list[Line]
    total: int
    newer: int | None = None
    older: int | None = None


async def list_cases(actor: Actor, filters: Filters, now: datetime) -> Listing:
    """One page of what the filters leave, what is unread first. A place with nothing beyond it is the first page."""
    lines, total = await _lines(actor, filters, now, size=PAGE_SIZE + 1)
    back = filters.before is not None and filters.after is None
    turned = back or filters.after is not None
    if turned and (not lines or (back and len(lines) < PAGE_SIZE)):
        return await list_cases(actor, replace(filters, after=None, before=None), now)
    more, lines = len(lines) > PAGE_SIZE, lines[:PAGE_SIZE]
    if back:
        lines.reverse()
    newer, older = (more, True) if back else (turned, more)
    return Listing(lines, total, lines[0].place if newer else None, lines[-1].place if older else None)


async def lines_listed(actor: Actor, filters: Filters, case_ids: list[UUID], now: datetime) -> dict[UUID, Line]:
    """The rows of these cases, of those that the filters show: what a live list needs."""
    anywhere = replace(filters, after=None, before=None)
    lines, _ = await _lines(actor, anywhere, now, size=len(case_ids), among=Case.id.is_in(case_ids))
    return {line.id: line for line in lines}


async def _lines(
    actor: Actor, filters: Filters, now: datetime, *, size: int, among: Condition | None = None
) -> tuple[list[Line], int]:
    """In the order in which they are taken, with how many there are."""
    taken = Taken(
        filters.view, MOST + 1, filters.order, _narrowing(filters, now, among, await bearers_of(filters.words))
    )
    shown = shown_sql(actor, taken, after=filters.after, before=filters.before, size=size)
    rows = await Case.raw(
        f"""SELECT {line_sql()}, shown.total FROM ({{}}) AS shown
        JOIN cases ON cases.id = shown."case" JOIN person AS author ON author.id = cases.author
        {said_of(filters.words)}""",  # noqa: S608 # nosec B608
        shown,
    )
    back = filters.before is not None and filters.after is None
    rows.sort(key=lambda row: row["place"], reverse=not back)
    return [line_in(row, now, filters.order) for row in rows], rows[0]["total"] if rows else 0


def _narrowing(filters: Filters, now: datetime, among: Condition | None, bearers: Bearers | None) -> Narrowing:
    def condition(apart: bool) -> Condition | None:
        asked = narrowed(filters, now, apart=apart, bearers=bearers)
        return And(asked, among) if asked is not None and among is not None else asked or among

    return condition
