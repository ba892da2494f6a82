"""What a list is asked to show, as its address says it, and the same said to the database."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from piccolo.columns.combination import And, Or

from app.domain.accounts.actor import Actor, PlatformRole, Side
from app.domain.cases.lateness import late_at
from app.domain.cases.searchable import finds
from app.domain.cases.statuses import OPEN, Status
from app.domain.cases.visibility import Condition, reads_apart, visible_to
from db.tables import Case, Recipient, Team


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


def condition_of(actor: Actor, filters: Filters, now: datetime) -> Condition:
    condition: Condition = And(visible_to(actor), in_view(actor, filters.view))
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


def in_view(actor: Actor, view: View) -> Condition:
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


def _has_words(actor: Actor, typed: str) -> Condition | None:
    """Each word where the actor may read it: what is between referents is found by referents alone."""
    shared, apart = (
        finds([Case.search_text], typed),
        finds([Case.search_text, Case.search_operators], typed),
    )
    return Or(shared, And(reads_apart(actor), apart)) if shared is not None and apart is not None else None
