"""The SQL condition for the cases that a person may read; access_paths.py applies it by index. Source: S2, P2."""

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.accounts.actor import Actor, Side
from app.domain.case_status import Status
from db.tables.cases import Case
from db.tables.participants import Guest, Recipient

Condition = And | Or | Where | WhereRaw
_NO_CASE = WhereRaw("1 = 0")


def build_visibility_condition(actor: Actor) -> Condition:
    """The sent cases that the actor may READ, as permissions.py defines it."""
    helpers, operators = actor.list_teams(Side.AGENT), actor.list_teams(Side.REFERENT)
    conditions: list[Condition] = []
    if helpers:
        conditions.append(Case.team.is_in(helpers))
    if operators:
        conditions.append(_build_recipient_condition(operators))
    if actor.is_expert:
        invited = Case.id.is_in(Guest.select(Guest.case).where(Guest.person == actor.id))
        conditions.append(And(invited, Or(Case.status != Status.CLOSED, Case.closed_by == actor.id)))
    if not conditions:
        return _NO_CASE
    combined = conditions[0]
    for condition in conditions[1:]:
        combined = Or(combined, condition)
    return And(And(Case.status != Status.DRAFT, Case.erased_at.is_null()), combined)


def _build_recipient_condition(teams: list[int]) -> Condition:
    """Received by these teams, which did not step out."""
    return Case.id.is_in(
        Recipient.select(Recipient.case).where(Recipient.team.is_in(teams), Recipient.left_at.is_null())
    )
