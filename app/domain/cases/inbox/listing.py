"""Lists exactly the cases that the actor may read. Source: features.md S2, P2."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor, Side
from app.domain.cases.inbox.access_paths import ExtraFilter, Selection
from app.domain.cases.inbox.filters import Filters, build_filter_condition
from app.domain.cases.inbox.ordering import Order, Window, build_page_query
from app.domain.cases.inbox.row_columns import ROW_SOURCES, build_row_columns, list_row_values
from app.domain.cases.inbox.rows import CaseRow, decode_row
from app.domain.cases.inbox.views import View
from app.domain.cases.inbox.visibility import Condition
from app.domain.cases.search.citizen_conditions import TokenMatches, find_token_matches
from app.domain.cases.search.conditions import make_unique_comment
from db.tables.cases import Case

PAGE_SIZE = 25
_BATCH_SIZE = 500


@dataclass(frozen=True)
class Listing:
    """total: of all pages. newer_position and older_position begin the pages beside this one."""

    rows: list[CaseRow]
    total: int
    newer_position: int | None = None
    older_position: int | None = None


async def list_cases(actor: Actor, filters: Filters, now: datetime) -> Listing:
    """One page. A position without rows beyond it gives the first page."""
    lines, total = await _load_rows(actor, filters, now, size=PAGE_SIZE + 1)
    back = filters.before is not None and filters.after is None
    turned = back or filters.after is not None
    if turned and (not lines or (back and len(lines) < PAGE_SIZE)):
        return await list_cases(actor, replace(filters, after=None, before=None), now)
    more, lines = len(lines) > PAGE_SIZE, lines[:PAGE_SIZE]
    if back:
        lines.reverse()
    newer, older = (more, True) if back else (turned, more)
    return Listing(lines, total, lines[0].position if newer else None, lines[-1].position if older else None)


async def load_listed_rows(actor: Actor, filters: Filters, case_ids: list[UUID], now: datetime) -> dict[UUID, CaseRow]:
    """Those of these cases that the filters show, by id: the rows that a live list updates."""
    anywhere = replace(filters, after=None, before=None)
    lines, _ = await _load_rows(actor, anywhere, now, size=len(case_ids), among=Case.id.is_in(case_ids))
    return {line.id: line for line in lines}


async def load_changed_page(
    actor: Actor, filters: Filters, case_ids: list[UUID], now: datetime
) -> tuple[Listing, dict[UUID, CaseRow]]:
    """A page as it is now, and what an open one lacks after these cases changed: those that are on it.

    Where one has left the page, also the last rows, which take the places that are free. A page of which nothing is
    left shows nothing: the first one is not put in its place.
    """
    listing = await list_cases(actor, filters, now)
    if filters.after is not None and listing.newer_position is None:
        return Listing([], listing.total), {}
    rows = {row.id: row for row in listing.rows}
    missing = len([one for one in case_ids if one not in rows]) if listing.older_position else 0
    coming = [*(rows[one] for one in case_ids if one in rows), *listing.rows[len(rows) - missing :]]
    return listing, {row.id: row for row in coming}


async def load_batch(actor: Actor, filters: Filters, now: datetime) -> list[CaseRow]:
    """The next rows of a file (export.py), after the position of the filters."""
    return (await _load_rows(actor, filters, now, size=_BATCH_SIZE))[0]


async def load_rows_by_id(actor: Actor, case_ids: list[UUID], now: datetime) -> dict[UUID, CaseRow]:
    """Those of these cases, open or closed, that the actor may read."""
    return await load_listed_rows(actor, Filters(view=View.FOUND), case_ids, now) if case_ids else {}


async def _load_rows(
    actor: Actor, filters: Filters, now: datetime, *, size: int, among: Condition | None = None
) -> tuple[list[CaseRow], int]:
    """The rows in the order of reading, and the total."""
    extra_filter = _build_extra_filter(actor, filters, now, among, await find_token_matches(actor, filters.words))
    selection = Selection(filters.view, now, extra_filter, filters.unread)
    window = Window(size, filters.after, filters.before)
    shown = build_page_query(actor, selection, choose_order(filters), window)
    rows = await Case.raw(
        f"""SELECT {build_row_columns(actor)}, shown.total FROM ({{}}) AS shown {ROW_SOURCES}
        {make_unique_comment(filters.words)}""",  # noqa: S608 # nosec B608
        *(*list_row_values(actor, now), shown),
    )
    rows.sort(key=lambda row: row["position"], reverse=not window.backwards)
    return [decode_row(row, actor, now) for row in rows], rows[0]["total"] if rows else 0


def choose_order(filters: Filters) -> Order:
    """No answer is due for a closed case."""
    return Order.RECENT if filters.view in (View.CLOSED, View.FOUND) and filters.order == Order.DUE else filters.order


def _build_extra_filter(
    actor: Actor, filters: Filters, now: datetime, among: Condition | None, token_matches: TokenMatches | None
) -> ExtraFilter:
    def condition(as_referent: bool) -> Condition | None:
        own_teams = actor.list_teams(Side.REFERENT) if as_referent else []
        asked = build_filter_condition(filters, now, own_teams=own_teams, token_matches=token_matches)
        return And(asked, among) if asked is not None and among is not None else asked or among

    return condition
