"""What one may see, said to the database: permissions.py's READ. Source: S2, P2. In the order of a list:
access_paths.py.
"""

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.accounts.actor import Actor, PlatformRole, Side
from app.domain.case_status import Status
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
