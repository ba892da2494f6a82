"""The filters and counters of a list, compared with its rows: which rows each must keep, how many each must count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.case_status import OPEN_STATUSES, Status
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.inbox.views import View


@dataclass(frozen=True)
class NamedFilter:
    """keeps: whether a row of the view OPEN, or CLOSED, passes."""

    name: str
    filters: Filters
    keeps: Callable[[CaseRow], bool]


def build_filters(organisations: Mapping[str, int]) -> list[NamedFilter]:
    """organisations: acronym -> id."""
    return [
        NamedFilter("to handle", Filters(View.TO_HANDLE), lambda row: row.your_turn),
        NamedFilter("late", Filters(late=True), lambda row: row.late),
        NamedFilter("closed and late", Filters(View.CLOSED, late=True), lambda row: row.late),
        *(_build_status_filter(status) for status in OPEN_STATUSES),
        *(_build_organisation_filter(acronym, key) for acronym, key in organisations.items()),
    ]


def _build_status_filter(status: Status) -> NamedFilter:
    return NamedFilter(status, Filters(status=status), lambda row: row.status == status)


def _build_organisation_filter(acronym: str, key: int) -> NamedFilter:
    return NamedFilter(acronym, Filters(organisation=key), lambda row: acronym in row.organisations)


async def find_filter_faults(
    actor: Actor, rows: Mapping[View, list[CaseRow]], named: NamedFilter, now: datetime
) -> list[str]:
    view = View.CLOSED if named.filters.view == View.CLOSED else View.OPEN
    found = await list_cases(actor, replace(named.filters, order=Order.RECENT), now)
    expected = [row for row in rows[view] if named.keeps(row)]
    return [] if found.rows == expected and found.total == len(expected) else [f"filter {named.name}"]


def find_counter_faults(rows: Mapping[View, list[CaseRow]], counts: Mapping[View, int], *, author: bool) -> list[str]:
    """author: the actor wrote the cases."""
    turn = sum(row.your_turn for row in rows[View.OPEN])
    expected = {
        View.TO_HANDLE: turn,
        View.OPEN: len(rows[View.OPEN]),
        View.MINE: len(rows[View.OPEN]) if author else 0,
        View.CLOSED: len(rows[View.CLOSED]),
        View.DRAFTS: 0,
    }
    return [f"counter {view.name}" for view, count in expected.items() if counts[view] != count]
