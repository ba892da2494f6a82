"""What one may see, said to the database: permissions.py's READ, and what is between referents. Source: S2, P2."""

from typing import Any

from piccolo.columns.combination import And, Or, Where, WhereRaw
from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor, PlatformRole, Side
from app.domain.cases.statuses import Status
from db.tables import Case, Guest, Recipient

Condition = And | Or | Where | WhereRaw
_NOTHING = WhereRaw("1 = 0")


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


def on_agents_side(actor: Actor, row: dict[str, Any]) -> bool:
    return row["team"] in actor.teams(Side.AGENT) or actor.role == PlatformRole.EXPERT


def on_our_side(actor: Actor) -> QueryString:
    """on_agents_side, said to the database."""
    helpers = actor.teams(Side.AGENT)
    if actor.role == PlatformRole.EXPERT:
        return QueryString("1 = 1")
    return QueryString(f'"cases"."team" IN ({", ".join(["{}"] * len(helpers)) or "NULL"})', *helpers)
