"""The filters of a list, as its address has them, and their SQL conditions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from piccolo.columns.combination import And, WhereRaw

from app.domain.case_status import Status
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.views import View
from app.domain.cases.inbox.visibility import Condition
from app.domain.cases.lifecycle.lateness import build_late_condition
from app.domain.cases.search.citizen_conditions import TokenMatches
from app.domain.cases.search.conditions import build_search_condition
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.teams import Team


@dataclass(frozen=True)
class Filters:
    """after and before are positions of rows (rows.py): the page after this row, or before it.

    office: the team of agents that opened the case. agent: the person who did. subject: of the guided mode.
    """

    view: View = View.OPEN
    status: Status | None = None
    organisation: int | None = None
    urgent: bool = False
    late: bool = False
    unread: bool = False
    area: str = ""
    office: int | None = None
    agent: int | None = None
    subject: int | None = None
    words: str = ""
    order: Order = Order.DUE
    after: int | None = None
    before: int | None = None


def build_filter_condition(
    filters: Filters, now: datetime, *, own_teams: Sequence[int], token_matches: TokenMatches | None = None
) -> Condition | None:
    """A condition on `cases` for all filters but the view and « unread »; None if there are none.

    own_teams: the teams of an actor who reads the case as a referent, empty on the agents' side. Status and lateness
    are then those of these teams, and the words are also looked for in internal notes, and in the notes of these teams.
    """
    internal = bool(own_teams)
    conditions = list(_iter_conditions(filters, now, own_teams))
    columns = [Case.search_text, Case.search_internal] if internal else [Case.search_text]
    words = build_search_condition(columns, filters.words, token_matches, own_teams)
    if words is not None:
        conditions.append(words)
    return reduce(And, conditions) if conditions else None


def _iter_conditions(filters: Filters, now: datetime, own_teams: Sequence[int]) -> Iterator[Condition]:
    if filters.status:
        yield _build_own_status_condition(filters.status, own_teams) if own_teams else Case.status == filters.status
    if filters.organisation:
        teams = Team.select(Team.id).where(Team.organisation == filters.organisation)
        yield Case.id.is_in(
            Recipient.select(Recipient.case).where(Recipient.team.is_in(teams), Recipient.left_at.is_null())
        )
    if filters.urgent:
        yield Case.urgent.eq(True)
    for column, value in (
        (Case.area, filters.area),
        (Case.team, filters.office),
        (Case.author, filters.agent),
        (Case.guided_subject, filters.subject),
    ):
        if value:
            yield column == value
    if filters.late:
        yield _build_own_condition(own_teams, "own.late_from <= {}", now) if own_teams else build_late_condition(now)


def _build_own_status_condition(status: Status, own_teams: Sequence[int]) -> Condition:
    """The SQL condition of compute_team_status (progress/team.py)."""
    if status in (Status.ANSWERED, Status.CLOSED):
        return Case.status == status
    unanswered = Case.status.is_in([Status.NEW, Status.SEEN])
    seen = _build_own_condition(own_teams, "own.seen_at IS NOT NULL")
    return And(unanswered, seen if status == Status.SEEN else _negate(seen))


def _build_own_condition(own_teams: Sequence[int], condition: str, *values: object) -> WhereRaw:
    """One of these teams is on the case and meets the condition on its row, « own »."""
    listed = ", ".join(["{}"] * len(own_teams))
    return WhereRaw(
        f"""EXISTS (SELECT 1 FROM recipient AS own WHERE own."case" = cases.id AND own.team IN ({listed})
        AND own.left_at IS NULL AND {condition})""",  # noqa: S608 # nosec B608
        *own_teams,
        *values,
    )


def _negate(condition: WhereRaw) -> WhereRaw:
    return WhereRaw("NOT {}", condition.querystring)
