"""The filters of a list, as its address has them, and their SQL conditions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce

from piccolo.columns.combination import And

from app.domain.case_status import Status
from app.domain.cases.inbox.search_index import TokenMatches, build_search_condition
from app.domain.cases.inbox.visibility import Condition
from app.domain.cases.lifecycle.lateness import build_late_condition
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.teams import Team


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
    """after and before are positions of rows (rows.py): the page after this row, or before it."""

    view: View = View.OPEN
    status: Status | None = None
    organisation: int | None = None
    urgent: bool = False
    late: bool = False
    words: str = ""
    order: Order = Order.RECENT
    after: int | None = None
    before: int | None = None


def build_filter_condition(
    filters: Filters, now: datetime, *, internal: bool, token_matches: TokenMatches | None = None
) -> Condition | None:
    """A condition on `cases` for all filters but the view; None if there are none.

    With `internal`, the words are also looked for in internal notes.
    """
    conditions = list(_iter_conditions(filters, now))
    columns = [Case.search_text, Case.search_internal] if internal else [Case.search_text]
    words = build_search_condition(columns, filters.words, token_matches)
    if words is not None:
        conditions.append(words)
    return reduce(And, conditions) if conditions else None


def _iter_conditions(filters: Filters, now: datetime) -> Iterator[Condition]:
    if filters.status:
        yield Case.status == filters.status
    if filters.organisation:
        teams = Team.select(Team.id).where(Team.organisation == filters.organisation)
        yield Case.id.is_in(Recipient.select(Recipient.case).where(Recipient.team.is_in(teams)))
    if filters.urgent:
        yield Case.urgent.eq(True)
    if filters.late:
        yield build_late_condition(now)
